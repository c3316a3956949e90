/// Proving once more who one is, within a session: for routes that ask for a stronger or a more recent sign-in (RFC 9470).
@NullMarked
package dev.gatehouse.auth.stepup;

import org.jspecify.annotations.NullMarked;
