package dev.gatehouse.gateway.assertion;

/// The keys by which assertions can be checked at one moment.
///
/// @param jwks the JWK Set (RFC 7517 §5) with public members only, in UTF-8; not to be changed
/// @param etag a strong validator of it (RFC 9110 §8.8.3), quotes included
@SuppressWarnings("ArrayRecordComponent") // never compared; made for one answer
public record PublishedKeys(byte[] jwks, String etag) {}
