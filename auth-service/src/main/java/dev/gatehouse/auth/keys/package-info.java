/// Signing keys: sealed at rest under the key-encryption key, published as a JWK set. How they follow each other is decided in
/// `keys.rotation`.
@NullMarked
package dev.gatehouse.auth.keys;

import org.jspecify.annotations.NullMarked;
