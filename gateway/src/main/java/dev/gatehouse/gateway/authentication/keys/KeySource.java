package dev.gatehouse.gateway.authentication.keys;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Where an issuer's JWK Set comes from.
interface KeySource {

    /// No key set is larger; 512 KiB are well over a thousand keys.
    int MAX_BYTES = 512 * 1024;

    /// Asks once, in the background, and answers within the source's deadline. Fails with a [Failure] that says why in a few words.
    CompletableFuture<Answer> fetch();

    /// The longest pause between two attempts while they fail.
    Duration longestPause();

    /// The source for an address of `routes.yml`. A relative `file:` address counts from the working directory.
    static KeySource of(URI jwks, HttpClient client) {
        return switch (jwks.getScheme()) {
            case "http", "https" -> new HttpKeySource(client, jwks, HttpKeySource.DEADLINE);
            case "file" -> new FileKeySource(FileKeySource.path(jwks));
            case null, default -> throw new IllegalArgumentException("jwks: " + jwks + " (expected: https:, http: or file:)");
        };
    }

    /// A JWK Set, not yet looked at.
    ///
    /// @param json the text
    /// @param freshFor when to ask again
    record Answer(String json, Duration freshFor) {}

    /// Why there is no answer; the message is for the log and for operators, and holds nothing that the server sent.
    final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Failure(String reason) {
            super(reason);
        }
    }
}
