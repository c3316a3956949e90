/// Passwords: what is accepted, and Argon2id behind a bounded number of threads.
@NullMarked
package dev.gatehouse.auth.password;

import org.jspecify.annotations.NullMarked;
