package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/// Where an issuer's JWK Set comes from.
interface KeySource {

    /// No key set is larger; 512 KiB are well over a thousand keys.
    int MAX_BYTES = 512 * 1024;

    /// From asking to the last byte. Shorter than [IssuerKeys] lets requests wait twice.
    Duration DEADLINE = Duration.ofSeconds(3);

    /// Why a larger one is not taken.
    String TOO_LONG = "longer than 512 KiB";

    /// Asks once, in the background, without making its caller wait, and answers within the source's deadline. Fails with a [Failure] that says why in a few words.
    CompletableFuture<Answer> fetch();

    /// The longest pause between two attempts while they fail.
    Duration longestPause();

    /// The source for an address of `routes.yml`. A relative `file:` address counts from the working directory.
    ///
    /// @param threads may block
    static KeySource of(URI jwks, HttpClient client, Executor threads) {
        return switch (jwks.getScheme()) {
            case "http", "https" -> new HttpKeySource(client, jwks, DEADLINE);
            case "file" -> new FileKeySource(FileKeySource.path(jwks), threads, DEADLINE);
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

        /// The reason in any failed fetch.
        static String reason(@Nullable Throwable failure) {
            return switch (failure) {
                case CompletionException wrapped when wrapped.getCause() != null -> reason(wrapped.getCause());
                case Failure known -> String.valueOf(known.getMessage());
                case TimeoutException _,HttpTimeoutException _ -> "no answer in time";
                case ConnectException _ -> "no connection";
                case IOException broken when String.valueOf(broken.getMessage()).startsWith("body exceeds") -> TOO_LONG;
                case IOException broken -> "broken answer (" + broken.getClass().getSimpleName() + ")";
                case null, default -> "failed (" + (failure == null ? "" : failure.getClass().getSimpleName()) + ")";
            };
        }
    }
}
