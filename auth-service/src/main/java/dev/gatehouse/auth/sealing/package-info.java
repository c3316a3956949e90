/// What lies encrypted at rest, and the key-encryption keys under which it does.
@NullMarked
package dev.gatehouse.auth.sealing;

import org.jspecify.annotations.NullMarked;
