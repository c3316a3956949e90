package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.ratelimit.MovedClock;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.websocket.Ending;

import static org.assertj.core.api.Assertions.assertThat;

class SocketWarrantTests {

    private final MovedClock clock = new MovedClock();
    private final Caller.Authenticated caller = new Caller.Authenticated("test", "alice", List.of(), List.of(),
            clock.instant().plus(Duration.ofHours(1)), Map.of());
    private final AtomicInteger asked = new AtomicInteger();

    private SocketWarrant warrant(Mono<Caller> proof) {
        return warrant(new Access.SignedIn(), proof);
    }

    private SocketWarrant warrant(Access access, Mono<Caller> proof) {
        return new SocketWarrant(caller, access, Mono.defer(() -> {
            asked.incrementAndGet();
            return proof;
        }), new Revocations(clock), clock);
    }

    @Test
    void holdsWhileTheProofDoes() {
        SocketWarrant warrant = warrant(Mono.just(caller));
        for (int i = 0; i < 8; i++) {
            assertThat(warrant.over()).isEmpty();
            clock.move(SocketWarrant.EVERY.dividedBy(4));
        }
        assertThat(asked).as("looked at now and then").hasValue(1);
    }

    @Test
    void endsWithTheProof() {
        SocketWarrant warrant = warrant(Mono.error(Refusals.token(Reason.INVALID)));
        assertThat(warrant.over()).isEmpty();
        clock.move(SocketWarrant.EVERY);

        assertThat(warrant.over()).contains(Ending.REVOKED);
    }

    @Test
    void endsWhenTheProofProvesNobodyAnyMore() {
        SocketWarrant warrant = warrant(Mono.just(Caller.ANONYMOUS));
        clock.move(SocketWarrant.EVERY);

        assertThat(warrant.over()).contains(Ending.REVOKED);
    }

    /// An issuer that is asked says of the same token what its owner may do now.
    @Test
    void endsWhenTheRuleHoldsNoLonger() {
        Access admins = new Access.Rule(new Condition.Roles(Names.of("admin")));
        Caller admin = new Caller.Authenticated("test", "alice", List.of("admin"), List.of(), caller.expiresAt(), Map.of());
        for (Caller now : List.of(admin, caller)) {
            SocketWarrant warrant = warrant(admins, Mono.just(now));
            assertThat(warrant.over()).isEmpty();
            clock.move(SocketWarrant.EVERY);

            assertThat(warrant.over()).isEqualTo(now.equals(admin) ? Optional.empty() : Optional.of(Ending.REVOKED));
        }
    }

    @Test
    void outlivesAnOutageOfWhoCouldSay() {
        SocketWarrant warrant = warrant(Mono.error(Refusals.unavailable()));
        clock.move(SocketWarrant.EVERY);

        assertThat(warrant.over()).isEmpty();
    }

    @Test
    void outlivesAFaultOfOurOwn() {
        SocketWarrant warrant = warrant(Mono.error(new IllegalStateException("a fault")));
        clock.move(SocketWarrant.EVERY);

        assertThat(warrant.over()).isEmpty();
    }
}
