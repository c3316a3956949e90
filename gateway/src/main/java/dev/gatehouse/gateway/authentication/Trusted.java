package dev.gatehouse.gateway.authentication;

import dev.gatehouse.gateway.authentication.introspection.Introspector;
import dev.gatehouse.gateway.authentication.jose.SharedSecretVerifier;
import dev.gatehouse.gateway.authentication.jose.TokenVerifier;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

/// One issuer with what it takes to judge its tokens.
sealed interface Trusted {

    /// Its conditions.
    IssuerSpec spec();

    /// It signs its tokens.
    record Signing(IssuerSpec spec, TokenVerifier verifier, IssuerKeys keys) implements Trusted {}

    /// It shares a secret with us.
    record Sharing(IssuerSpec spec, SharedSecretVerifier verifier) implements Trusted {}

    /// It is asked about them.
    record Asked(IssuerSpec spec, Introspector introspector) implements Trusted {}
}
