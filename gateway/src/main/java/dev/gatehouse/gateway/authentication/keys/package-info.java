/// The adapter to key servers: fetches the issuers' public keys in the background and keeps the last good ones for a bounded time.
@NullMarked
package dev.gatehouse.gateway.authentication.keys;

import org.jspecify.annotations.NullMarked;
