/// What administrators see and change of accounts. Nothing here ever reads a password hash or a key into what is answered.
@NullMarked
package dev.gatehouse.auth.admin.user;

import org.jspecify.annotations.NullMarked;
