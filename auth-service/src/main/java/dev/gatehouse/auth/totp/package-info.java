/// Authenticator apps: codes that change every thirty seconds (RFC 6238), and the picture by which an app learns its secret.
@NullMarked
package dev.gatehouse.auth.totp;

import org.jspecify.annotations.NullMarked;
