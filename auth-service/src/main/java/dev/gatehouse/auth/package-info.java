/// The auth service: accounts, sessions and tokens.
@NullMarked
package dev.gatehouse.auth;

import org.jspecify.annotations.NullMarked;
