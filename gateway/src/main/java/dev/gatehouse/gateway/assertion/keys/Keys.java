package dev.gatehouse.gateway.assertion.keys;

import java.util.List;

import com.nimbusds.jose.jwk.ECKey;

/// What a source says now: who signs, and what can be checked.
///
/// @param signer with its private half
/// @param published all keys to publish, the signer's among them; public halves only
record Keys(ECKey signer, List<ECKey> published) {

    /// Drops what must not leave: only public halves are kept, each key once.
    Keys {
        published = published.stream().map(ECKey::toPublicJWK).distinct().toList();
    }

    /// Names only: a JWK would show its private half.
    @Override
    public String toString() {
        return signer.getKeyID() + " of " + published.stream().map(ECKey::getKeyID).toList();
    }
}
