/// Signing keys: made at the first start, sealed at rest under the key-encryption key, published as a JWK set.
@NullMarked
package dev.gatehouse.auth.keys;

import org.jspecify.annotations.NullMarked;
