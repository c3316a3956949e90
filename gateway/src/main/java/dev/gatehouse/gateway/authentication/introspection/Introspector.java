package dev.gatehouse.gateway.authentication.introspection;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.loop.Home;

/// Asks one issuer about its tokens (RFC 7662). A request waits for the issuer's `timeout` at most. However many requests bring a token, the
/// issuer is asked about it once at a time, about [Endpoint#MAX_AT_ONCE] tokens at once, and about [#MAX_OPEN] in all, of which one client has its
/// share at most, see [Shares]; what is beyond that gets no judgement, like everything while the issuer does not answer. When it has not answered for a
/// while nobody waits for it any more, see [Patience].
/// Thread-safe; does not block.
public final class Introspector {

    static final int MAX_OPEN = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Introspector.class);
    private static final Introspected UNAVAILABLE = new Introspected.Unavailable();

    private final String issuer;
    private final IssuerSpec.Introspection how;
    private final Endpoint endpoint;
    private final IntrospectionReader reader;
    private final Means means;
    private final Answers answers = new Answers();
    private final ConcurrentHashMap<TokenDigest, CompletableFuture<Introspected>> open = new ConcurrentHashMap<>();
    private final Shares shares = new Shares();
    private volatile Standing standing = new Standing(Optional.empty(), Optional.empty());

    /// Asks the issuer in its own way.
    public Introspector(IssuerSpec issuer, IssuerSpec.Introspection how, Means means) {
        this.issuer = issuer.id();
        this.how = how;
        this.reader = new IntrospectionReader(issuer);
        this.means = means;
        this.endpoint = new Endpoint(issuer.id(), how, means.client(), means.clock());
    }

    /// What the issuer says of this token now, or said lately. Never completes empty, never fails.
    ///
    /// @param client whose share it takes to ask
    public Mono<Introspected> ask(TokenDigest digest, String token, String client) {
        Introspected known = answers.find(digest, means.clock().millis());
        return known == null ? Mono.defer(() -> waitFor(flight(digest, token, client))) : Mono.just(known);
    }

    private Mono<Introspected> waitFor(CompletableFuture<Introspected> flight) {
        return Home.here().tells(Mono.fromFuture(flight, true).timeout(how.timeout(), Mono.just(UNAVAILABLE)));
    }

    private CompletableFuture<Introspected> flight(TokenDigest digest, String token, String client) {
        CompletableFuture<Introspected> fresh = new CompletableFuture<>();
        CompletableFuture<Introspected> other = open.putIfAbsent(digest, fresh);
        if (other != null) {
            return other;
        }
        Optional<Shares.Share> share = open.size() > MAX_OPEN ? Optional.empty() : shares.enter(client);
        if (share.isEmpty()) {
            end(digest, fresh, UNAVAILABLE);
        } else {
            begin(digest, token, share.get(), fresh, client);
        }
        return fresh;
    }

    private void begin(TokenDigest digest, String token, Shares.Share share, CompletableFuture<Introspected> flight,
            String client) {
        Patience.Leave leave = endpoint.patience().leave();
        try {
            if (leave == Patience.Leave.REFUSED) {
                end(digest, flight, UNAVAILABLE, client);
            } else {
                means.threads().execute(() -> end(digest, flight, answer(digest, token, leave, share), client));
            }
        } catch (RejectedExecutionException _) {
            end(digest, flight, UNAVAILABLE, client); // the gateway is stopping
        }
    }

    private void end(TokenDigest digest, CompletableFuture<Introspected> flight, Introspected answer, String client) {
        shares.leave(client);
        end(digest, flight, answer);
    }

    private void end(TokenDigest digest, CompletableFuture<Introspected> flight, Introspected answer) {
        open.remove(digest, flight);
        flight.complete(answer);
    }

    private Introspected answer(TokenDigest digest, String token, Patience.Leave leave, Shares.Share share) {
        try {
            Instant asked = means.clock().instant();
            return endpoint.ask(token, leave, share).map(text -> judge(digest, text, asked)).orElse(UNAVAILABLE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return UNAVAILABLE;
        } catch (Endpoint.Failure known) {
            return failed(known.reason());
        } catch (RuntimeException bug) {
            LOG.atError().addKeyValue("issuer", issuer).setCause(bug).log("Token not introspected");
            return failed(bug.getClass().getSimpleName());
        }
    }

    private Introspected judge(TokenDigest digest, String text, Instant asked) {
        return switch (reader.read(text, means.clock().instant())) {
            case IntrospectionReader.Active active -> {
                Instant until = earlier(active.caller().expiresAt(), asked.plus(how.cache()));
                yield succeeded(digest, new Introspected.Active(active.caller()), until, text.length());
            }
            case IntrospectionReader.Inactive inactive ->
                succeeded(digest, new Introspected.Inactive(inactive.reason()), asked.plus(how.negativeCache()), 0);
            case IntrospectionReader.Expired _ ->
                succeeded(digest, new Introspected.Expired(), asked.plus(how.negativeCache()), 0);
            case IntrospectionReader.Unusable unusable -> failed(unusable.reason());
        };
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Introspected succeeded(TokenDigest digest, Introspected answer, Instant until, int length) {
        answers.keep(digest, answer, until.toEpochMilli(), length);
        if (standing.error().isPresent()) {
            LOG.atInfo().addKeyValue("issuer", issuer).log("Issuer answers about tokens again");
        }
        standing = new Standing(Optional.of(means.clock().instant()), Optional.empty());
        return answer;
    }

    private Introspected failed(String reason) {
        if (!standing.error().equals(Optional.of(reason))) { // once per outage, not once per token
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", reason).log("Issuer does not answer about tokens");
        }
        standing = new Standing(standing.lastSuccess(), Optional.of(reason));
        return UNAVAILABLE;
    }

    /// Forgets what the issuer said, and that it did not answer; an operator's wish.
    public void forget() {
        answers.forget();
        endpoint.patience().answered();
    }

    /// How things stand, for health, metrics and operators.
    public Standing standing() {
        return new Standing(standing.lastSuccess(), standing.error(), endpoint.patience().leftAloneUntil());
    }

    /// What all issuers share.
    ///
    /// @param client asks; follows no redirects and has a connect timeout
    /// @param threads may block; virtual threads
    public record Means(HttpClient client, Executor threads, Clock clock) {}

    /// How one issuer stands.
    ///
    /// @param lastSuccess when it last answered well
    /// @param error why it did not the last time
    /// @param leftAloneUntil until when nobody asks it; empty while it is asked
    public record Standing(Optional<Instant> lastSuccess, Optional<String> error, Optional<Instant> leftAloneUntil) {

        private Standing(Optional<Instant> lastSuccess, Optional<String> error) {
            this(lastSuccess, error, Optional.empty());
        }
    }
}
