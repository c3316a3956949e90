package dev.gatehouse.gateway.upstream;

import java.nio.file.Path;
import java.util.Optional;

/// How the gateway speaks with the instances of an upstream. Immutable.
///
/// @param protocol what is spoken
/// @param ca PEM file of the certificates that vouch for the instances; empty: those that the machine trusts
/// @param certificate PEM file of the certificate that the gateway shows
/// @param key PEM file of that certificate's key; there if and only if the certificate is
public record Link(Protocol protocol, Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

    /// HTTP/1.1, and certificates that the machine trusts.
    public static final Link PLAIN = new Link(Protocol.HTTP1, Optional.empty(), Optional.empty(), Optional.empty());

    /// Refuses half an identity.
    public Link {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("certificate, key: one of them only (expected: both, or neither)");
        }
    }

    /// Whether it has files of its own.
    public boolean hasFiles() {
        return ca.isPresent() || certificate.isPresent();
    }

    /// The same, in HTTP/1.1.
    public Link withoutHttp2() {
        return protocol == Protocol.HTTP1 ? this : new Link(Protocol.HTTP1, ca, certificate, key);
    }

    /// What is spoken.
    public enum Protocol {
        /// HTTP/1.1, with or without TLS.
        HTTP1,
        /// HTTP/2 over TLS, and nothing else.
        H2,
        /// HTTP/2 without TLS, known beforehand.
        H2C
    }
}
