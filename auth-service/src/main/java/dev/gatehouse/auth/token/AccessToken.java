package dev.gatehouse.auth.token;

import java.time.Duration;

/// An access token as it leaves the service. `toString()` hides it.
///
/// @param value the JWT
/// @param lifetime how long it is valid
public record AccessToken(String value, Duration lifetime) {

    @Override
    public String toString() {
        return "AccessToken[lifetime=" + lifetime + "]";
    }
}
