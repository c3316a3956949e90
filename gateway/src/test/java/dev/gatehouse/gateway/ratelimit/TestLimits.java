package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.gatehouse.gateway.authentication.Caller;

/// Limits and requests for tests.
final class TestLimits {

    private TestLimits() {}

    static LimitSpec perUser(String name, long requests, Duration every) {
        return new LimitSpec(name, new LimitKey.User(), requests, every);
    }

    /// Long enough that no test crosses a window's border.
    static LimitSpec perUserAndHour(long requests) {
        return perUser("burst", requests, Duration.ofHours(1));
    }

    static LimitSubject alice() {
        return user("alice");
    }

    static LimitSubject user(String subject) {
        return user(subject, Map.of());
    }

    static LimitSubject user(String subject, Map<String, Object> claims) {
        return new LimitSubject("orders",
                new Caller.Authenticated("gatehouse", subject, List.of(), List.of(), Instant.MAX, claims), "192.0.2.1",
                _ -> Optional.empty());
    }

    static LimitSubject anonymous(String address) {
        return new LimitSubject("orders", Caller.ANONYMOUS, address, _ -> Optional.empty());
    }

    static LimitSubject withHeader(String name, String value) {
        return new LimitSubject("orders", Caller.ANONYMOUS, "192.0.2.1",
                asked -> asked.equals(name) ? Optional.of(value) : Optional.empty());
    }

    /// Asks one after the other; how many were admitted.
    static long admitted(RateLimiter limiter, List<LimitSpec> limits, LimitSubject subject, int times) {
        long admitted = 0;
        for (int i = 0; i < times; i++) {
            if (limiter.admit(limits, subject).block(Duration.ofSeconds(5)) instanceof Admission.Admitted) {
                admitted++;
            }
        }
        return admitted;
    }

    /// Asks all at once, of each limiter as often; all answers.
    static List<Admission> allAtOnce(List<RateLimiter> limiters, List<LimitSpec> limits, LimitSubject subject, int times) {
        List<CompletableFuture<Admission>> asked = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            for (RateLimiter limiter : limiters) {
                asked.add(limiter.admit(limits, subject).toFuture());
            }
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }

    static long admitted(List<Admission> answers) {
        return answers.stream().filter(Admission.Admitted.class::isInstance).count();
    }
}
