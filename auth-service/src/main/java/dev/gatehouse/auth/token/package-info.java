/// Access tokens (RFC 9068): issued for a session, and verified again by this service itself when they come back.
@NullMarked
package dev.gatehouse.auth.token;

import org.jspecify.annotations.NullMarked;
