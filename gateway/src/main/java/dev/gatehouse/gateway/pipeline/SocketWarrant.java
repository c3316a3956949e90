package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.websocket.Ending;
import dev.gatehouse.gateway.websocket.Warrant;

/// Holds as long as what proved the caller would still prove them: the token's time, its session, its key and its issuer, or the authority behind the
/// certificate; and the route's rule, by the claims and the time of then. Whoever cannot be asked just now ends nothing. Asked by one thread at a time.
final class SocketWarrant implements Warrant {

    /// How often the proof is looked at as a whole, as if it came with a request of now.
    static final Duration EVERY = Duration.ofSeconds(5);

    private final Caller.Authenticated caller;
    private final Access access;
    private final Mono<Caller> proof;
    private final Revocations revocations;
    private final Clock clock;
    private long next;
    private volatile @Nullable Ending ending;

    /// @param access the rule of the route that opened the socket
    /// @param proof judges the caller again
    SocketWarrant(Caller.Authenticated caller, Access access, Mono<Caller> proof, Revocations revocations, Clock clock) {
        this.caller = caller;
        this.access = access;
        this.proof = proof;
        this.revocations = revocations;
        this.clock = clock;
        this.next = clock.millis() + EVERY.toMillis();
    }

    @Override
    public Optional<Ending> over() {
        long now = clock.millis();
        if (now >= caller.expiresAt().toEpochMilli()) {
            return Optional.of(Ending.EXPIRED);
        }
        if (!caller.issuerId().equals(Caller.CERTIFICATE) && revocations.revoked(caller)) {
            return Optional.of(Ending.REVOKED);
        }
        if (now >= next) {
            next = now + EVERY.toMillis();
            // Whoever asks goes on and hears of it the next time, so nobody else subscribes.
            proof.subscribe(this::judged, this::refused);
        }
        return Optional.ofNullable(ending);
    }

    private void judged(Caller again) {
        if (!(again instanceof Caller.Authenticated) || !(access.decide(again, clock.instant()) instanceof Decision.Allowed)) {
            ending = Ending.REVOKED;
        }
    }

    private void refused(Throwable failure) {
        if (failure instanceof Rejection rejection && rejection.code() != Code.AUTH_UNAVAILABLE) {
            ending = Ending.REVOKED;
        }
    }
}
