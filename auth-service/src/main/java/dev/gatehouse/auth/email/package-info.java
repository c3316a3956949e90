/// Addresses: proving that one is read, and having another.
@NullMarked
package dev.gatehouse.auth.email;

import org.jspecify.annotations.NullMarked;
