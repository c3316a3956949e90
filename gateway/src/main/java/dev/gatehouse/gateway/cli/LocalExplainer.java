package dev.gatehouse.gateway.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.BearerTokenAuthenticator;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.explain.Explainer;
import dev.gatehouse.gateway.explain.Explanation;
import dev.gatehouse.gateway.explain.Outcome;
import dev.gatehouse.gateway.explain.Question;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.proxies.TrustedProxies;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.InvalidSettingsException;

/// Explains without a gateway that runs: fetches keys itself when a token has to be judged. Knows nothing of sessions that were ended. Not thread-safe.
final class LocalExplainer implements AutoCloseable {

    // Longer than a key server's own deadline of 3 s, so that its failure can be told.
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;
    // Where a token may come.
    private static final List<String> TOKENS = List.of("Authorization", "Cookie", "Sec-WebSocket-Protocol");
    // What a request becomes depends on these settings of the gateway.
    private static final Set<String> SETTINGS = Set.of("GATEHOUSE_TRUSTED_PROXIES", "GATEHOUSE_TRUSTED_FIELDS",
            "GATEHOUSE_TLS_CERTIFICATE", "GATEHOUSE_TLS_KEY");

    private final Routes routes;
    private final Issuers issuers;
    private final Explainer explainer;

    private LocalExplainer(Routes routes, Issuers issuers, Explainer explainer) {
        this.routes = routes;
        this.issuers = issuers;
        this.explainer = explainer;
    }

    /// The settings that count; the others are as if nobody had made them, so that nothing of a gateway has to be at hand.
    ///
    /// @throws InvalidSettingsException naming every one that is wrong
    static GatewaySettings settings(Function<String, @Nullable String> environment) {
        return GatewaySettings.read(name -> SETTINGS.contains(name) ? environment.apply(name) : null);
    }

    static LocalExplainer of(Routes routes, GatewaySettings settings) {
        Clock clock = Clock.systemUTC();
        Issuers issuers = Issuers.create(clock, Optional.empty());
        TrustedProxies proxies = TrustedProxies.of(settings.trustedProxies(), settings.trustedFields());
        return new LocalExplainer(routes, issuers,
                new Explainer(() -> routes, new BearerTokenAuthenticator(issuers, new Revocations(clock), clock),
                        new InboundRequests(proxies, SpanPolicy.NONE, clock), clock));
    }

    /// Waits for keys, within a deadline.
    Explanation explain(Question question) {
        if (TOKENS.stream().anyMatch(name -> !question.all(name).isEmpty())) {
            issuers.update(routes.issuers());
        }
        Explanation explanation = ask(question);
        for (int attempt = 1; attempt < ATTEMPTS && keysAreMissing(explanation) && failures().isEmpty(); attempt++) {
            explanation = ask(question); // each waits for keys that are on their way
        }
        return explanation;
    }

    private Explanation ask(Question question) {
        return Objects.requireNonNull(explainer.explain(question).block(DEADLINE));
    }

    /// Why the token could not be judged; empty when it could, or need not.
    List<String> unreachable(Explanation explanation) {
        return keysAreMissing(explanation) ? failures() : List.of();
    }

    private static boolean keysAreMissing(Explanation explanation) {
        return explanation.outcome() instanceof Outcome.Refused refused && refused.code().equals(Code.AUTH_UNAVAILABLE.code());
    }

    private List<String> failures() {
        return issuers.status().stream().filter(status -> !status.usable() && status.error().isPresent())
                .map(status -> "issuer " + status.id() + ": its keys cannot be fetched from " + jwks(status.id()) + ": "
                        + status.error().get() + "; --as explains without a token")
                .toList();
    }

    private String jwks(String id) {
        return routes.issuers().stream().filter(issuer -> issuer.id().equals(id)).map(IssuerSpec::proof)
                .flatMap(proof -> proof instanceof IssuerSpec.Signature signature
                        ? Stream.of(signature.jwks().toString())
                        : Stream.empty())
                .findFirst().orElse("the issuer");
    }

    @Override
    public void close() {
        issuers.close();
    }
}
