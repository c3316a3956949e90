package dev.gatehouse.auth.keys;

/// A signing key as it lies in the database.
///
/// @param kid RFC 7638 thumbprint
/// @param algorithm JWS name
/// @param publicJwk readable half
/// @param sealed private half, sealed for `signing-key:` and the kid
@SuppressWarnings("ArrayRecordComponent") // never compared; made and taken apart at once
record StoredKey(String kid, String algorithm, String publicJwk, byte[] sealed) {}
