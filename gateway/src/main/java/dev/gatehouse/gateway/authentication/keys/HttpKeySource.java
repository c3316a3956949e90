package dev.gatehouse.gateway.authentication.keys;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A JWK Set behind a URL. Follows no redirect, reads no more than [KeySource#MAX_BYTES], takes nothing but a 200.
final class HttpKeySource implements KeySource {

    private static final Duration LONGEST_FRESH = Duration.ofMinutes(5); // a withdrawn key works no longer than this
    private static final Duration SHORTEST_FRESH = Duration.ofSeconds(30); // whatever the server asks for
    private static final BodyHandler<String> BODY = BodyHandlers.limiting(response -> response.statusCode() == 200
            ? BodySubscribers.ofString(StandardCharsets.UTF_8)
            : BodySubscribers.replacing(""), MAX_BYTES);

    private final HttpClient client;
    private final HttpRequest request;
    private final Duration deadline;

    HttpKeySource(HttpClient client, URI jwks, Duration deadline) {
        this.client = client;
        this.deadline = deadline;
        this.request = HttpRequest.newBuilder(jwks).timeout(deadline)
                .header("Accept", "application/jwk-set+json, application/json")
                .header("User-Agent", "gatehouse").build();
    }

    @Override
    public CompletableFuture<Answer> fetch() {
        CompletableFuture<HttpResponse<String>> exchange = client.sendAsync(request, BODY);
        return exchange.thenApply(HttpKeySource::answer).orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> {
                    if (failure instanceof TimeoutException) {
                        exchange.cancel(true); // the request's own timeout ends with the header section; this one ends a dripping body
                    }
                });
    }

    @Override
    public Duration longestPause() {
        return Duration.ofSeconds(30);
    }

    private static Answer answer(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new Failure("status " + response.statusCode());
        }
        return new Answer(response.body(), freshFor(response.headers().firstValue("Cache-Control").orElse("")));
    }

    /// The server may shorten the time, not lengthen it: a withdrawn key must stop working (RFC 9111 §5.2.2.1).
    static Duration freshFor(String cacheControl) {
        for (String directive : cacheControl.toLowerCase(Locale.ROOT).split(",", -1)) {
            String trimmed = directive.strip();
            if (trimmed.startsWith("max-age=") && trimmed.length() <= "max-age=".length() + 9) {
                try {
                    Duration asked = Duration.ofSeconds(Integer.parseInt(trimmed.substring("max-age=".length())));
                    return asked.compareTo(SHORTEST_FRESH) < 0
                            ? SHORTEST_FRESH
                            : asked.compareTo(LONGEST_FRESH) > 0 ? LONGEST_FRESH : asked;
                } catch (NumberFormatException _) {
                    return LONGEST_FRESH;
                }
            }
        }
        return LONGEST_FRESH;
    }
}
