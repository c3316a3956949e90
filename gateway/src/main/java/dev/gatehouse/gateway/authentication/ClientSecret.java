package dev.gatehouse.gateway.authentication;

/// A secret that no log shows.
///
/// @param value the secret itself
public record ClientSecret(String value) {

    /// Refuses an empty one.
    public ClientSecret {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("client-secret: empty (expected: a secret)");
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
