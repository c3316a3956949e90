package dev.gatehouse.gateway.change;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.ClaimValue;
import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.authorization.StepUp;

/// Makes rules and callers from few names, so that they meet often. The same seed gives the same ones.
final class RandomCallers {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final Random random;

    RandomCallers(long seed) {
        this.random = new Random(seed);
    }

    Access access() {
        return switch (random.nextInt(6)) {
            case 0 -> new Access.Public();
            case 1 -> new Access.Anyone();
            case 2 -> new Access.SignedIn();
            default -> new Access.Rule(condition(3, true));
        };
    }

    /// The rule with one part more, less or another; or another rule.
    Access changed(Access access) {
        if (!(access instanceof Access.Rule(Condition condition)) || condition.depth() > 5) {
            return access();
        }
        return switch (random.nextInt(5)) {
            case 0 -> new Access.Rule(new Combination.All(List.of(condition, condition(2, true))));
            case 1 -> new Access.Rule(new Combination.Any(List.of(condition, condition(2, true))));
            case 2 -> condition instanceof Combination several && !(several instanceof Combination.Not)
                    ? new Access.Rule(several.of().getFirst())
                    : new Access.SignedIn();
            case 3 -> access;
            default -> access();
        };
    }

    private Condition condition(int depth, boolean stepUp) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0, 1 -> new Condition.Roles(Names.of(some("a", "b", "c")));
            case 2 -> new Condition.Scopes(Names.of(some("s", "t")));
            case 3 -> new Condition.Claim("plan", some("x", "y", "7").stream().<ClaimValue>map(
                    value -> value.equals("7") ? new ClaimValue.Numeric(BigDecimal.valueOf(7)) : new ClaimValue.Text(value))
                    .toList());
            case 4 -> stepUp
                    ? new StepUp.Acr(some("lo", "hi"))
                    : new Condition.Claim("n", List.of(new ClaimValue.Numeric(BigDecimal.ONE)));
            case 5 -> stepUp ? new StepUp.MaxAge(Duration.ofMinutes(1 + random.nextInt(3))) : new Condition.Roles(Names.of("a"));
            case 6 -> new Combination.All(several(depth, stepUp));
            case 7 -> new Combination.Any(several(depth, stepUp));
            default -> new Combination.Not(condition(depth - 1, false));
        };
    }

    private List<Condition> several(int depth, boolean stepUp) {
        List<Condition> conditions = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            conditions.add(condition(depth - 1, stepUp));
        }
        return conditions;
    }

    private List<String> some(String... names) {
        List<String> some = new ArrayList<>();
        while (some.isEmpty()) {
            for (String name : names) {
                if (random.nextBoolean()) {
                    some.add(name);
                }
            }
        }
        return some;
    }

    /// Somebody, nobody, or empty for who brings a token that is not good.
    Optional<Caller> caller() {
        if (random.nextInt(8) == 0) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(Caller.ANONYMOUS);
        }
        Map<String, Object> claims = new HashMap<>();
        List<String> plans = some("x", "y", "");
        claims.put("plan", random.nextBoolean() ? plans.getFirst() : plans);
        claims.put("n", random.nextInt(2));
        claims.put("acr", some("lo", "hi", "none").getFirst());
        claims.put("auth_time", NOW.getEpochSecond() - random.nextInt(240));
        List<String> roles = some("a", "b", "c", "d");
        List<String> scopes = some("s", "t", "u");
        switch (random.nextInt(12)) { // claims that tell nothing, as they have another form
            case 0 -> {
                claims.put("roles", "a");
                roles = List.of();
            }
            case 1 -> {
                claims.put("scope", List.of("s"));
                scopes = List.of();
            }
            case 2 -> claims.put("plan", random.nextBoolean() ? 7 : List.of("y", 7));
            case 3 -> claims.put("n", "1");
            default -> {
                // all as they should be
            }
        }
        return Optional.of(new Caller.Authenticated("i", "u", roles, scopes, Instant.MAX, claims));
    }
}
