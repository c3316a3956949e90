/// Accounts: who somebody is, how they register, and which roles they have.
@NullMarked
package dev.gatehouse.auth.account;

import org.jspecify.annotations.NullMarked;
