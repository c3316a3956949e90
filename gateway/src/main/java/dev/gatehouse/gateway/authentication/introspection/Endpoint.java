package dev.gatehouse.gateway.authentication.introspection;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Where one issuer is asked: a bounded number of questions at once, of one client no more than its share, each within the issuer's time. Blocks;
/// thread-safe.
final class Endpoint {

    static final int MAX_AT_ONCE = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Introspector.class);
    private static final String LATE = "no answer in time";
    private static final int MAX_BYTES = 64 * 1024;
    private static final BodyHandler<String> BODY = BodyHandlers.limiting(response -> response.statusCode() == 200
            ? BodySubscribers.ofString(StandardCharsets.UTF_8)
            : BodySubscribers.replacing(""), MAX_BYTES);

    private final String issuer;
    private final Duration timeout;
    private final IntrospectionRequest requests;
    private final HttpClient client;
    private final Patience patience;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE, true);

    Endpoint(String issuer, IssuerSpec.Introspection how, HttpClient client, Clock clock) {
        this.issuer = issuer;
        this.timeout = how.timeout();
        this.requests = new IntrospectionRequest(how);
        this.client = client;
        this.patience = new Patience(clock);
    }

    /// Whether, and how often, it is asked at all.
    Patience patience() {
        return patience;
    }

    /// What it says of the token, as it was sent; empty when the question's turn did not come in time, which says nothing of the issuer.
    ///
    /// @param leave what [Patience#leave] gave for this question
    /// @param share the client's
    /// @throws Failure when it does not answer, or with another status than 200
    Optional<String> ask(String token, Patience.Leave leave, Shares.Share share) throws InterruptedException {
        boolean turn = false;
        try {
            turn = enter(share);
        } finally {
            if (!turn) {
                patience.waived(leave);
            }
        }
        return turn ? Optional.of(inTurn(token, leave, share)) : Optional.empty();
    }

    /// Those who wait for their own share stand in nobody else's way.
    private boolean enter(Shares.Share share) throws InterruptedException {
        if (!share.begin(timeout)) {
            return false;
        }
        boolean entered = false;
        try {
            entered = atOnce.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!entered) {
                share.end();
            }
        }
        return entered;
    }

    private String inTurn(String token, Patience.Leave leave, Shares.Share share) throws InterruptedException {
        try {
            return ask(token, leave);
        } finally {
            atOnce.release();
            share.end();
        }
    }

    private String ask(String token, Patience.Leave leave) throws InterruptedException {
        boolean answered = false;
        try {
            HttpResponse<String> response = call(token, leave);
            answered = isAnswer(response);
            if (response.statusCode() != 200) {
                throw new Failure("status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException _) {
            throw new Failure(LATE);
        } catch (ExecutionException failure) {
            throw new Failure(reason(failure.getCause() == null ? failure : failure.getCause()));
        } finally {
            note(answered, leave);
        }
    }

    private HttpResponse<String> call(String token, Patience.Leave leave)
            throws InterruptedException, TimeoutException, ExecutionException {
        if (!patience.holds(leave)) {
            throw new TimeoutException(); // those who were first have waited in vain
        }
        CompletableFuture<HttpResponse<String>> exchange = client.sendAsync(requests.about(token), BODY);
        try {
            return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            exchange.cancel(true); // does nothing once it has ended; ends an answer that drips
        }
    }

    /// Whether the issuer itself has answered: what a proxy says in its place is silence. A refusal is an answer, or one odd token could cut off all.
    private static boolean isAnswer(HttpResponse<String> response) {
        return response.statusCode() < 502 || response.statusCode() > 504;
    }

    private static String reason(Throwable cause) {
        return cause instanceof HttpTimeoutException
                ? LATE // the client's own deadline may come an instant before ours
                : cause.getClass().getSimpleName();
    }

    private void note(boolean answered, Patience.Leave leave) {
        if (answered) {
            patience.answered();
        } else if (patience.missed(leave)) {
            LOG.atWarn().addKeyValue("issuer", issuer)
                    .log("Issuer is left alone; its tokens get no judgement until it answers again");
        }
    }

    /// Why there is no answer; holds nothing that the server sent.
    static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String reason;

        Failure(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
