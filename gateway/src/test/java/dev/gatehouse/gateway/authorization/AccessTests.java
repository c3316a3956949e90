package dev.gatehouse.gateway.authorization;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Decision.Allowed;
import dev.gatehouse.gateway.authorization.Decision.Denied;
import dev.gatehouse.gateway.authorization.Decision.SignInNeeded;
import dev.gatehouse.gateway.authorization.Decision.StepUpNeeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class AccessTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Allowed YES = new Allowed();
    private static final Denied NO = new Denied("");

    private static Condition roles(String... names) {
        return new Condition.Roles(Names.of(names));
    }

    private static Condition scopes(String... names) {
        return new Condition.Scopes(Names.of(names));
    }

    private static Condition claim(String name, Object... values) {
        return new Condition.Claim(name, Stream.of(values).<ClaimValue>map(value -> switch (value) {
            case Boolean flag -> new ClaimValue.Flag(flag);
            case Integer number -> new ClaimValue.Numeric(BigDecimal.valueOf(number));
            case Double number -> new ClaimValue.Numeric(BigDecimal.valueOf(number));
            default -> new ClaimValue.Text(value.toString());
        }).toList());
    }

    private static Condition all(Condition... parts) {
        return new Combination.All(List.of(parts));
    }

    private static Condition any(Condition... parts) {
        return new Combination.Any(List.of(parts));
    }

    private static Condition not(Condition part) {
        return new Combination.Not(part);
    }

    private static Condition acr(String... values) {
        return new StepUp.Acr(List.of(values));
    }

    private static Condition maxAge(long seconds) {
        return new StepUp.MaxAge(Duration.ofSeconds(seconds));
    }

    private static StepUpNeeded stepUp(Optional<Duration> maxAge, String... acrValues) {
        return new StepUpNeeded(List.of(acrValues), maxAge);
    }

    private static Caller caller(List<String> roles, List<String> scopes) {
        return new Caller.Authenticated("gatehouse", "alice", roles, scopes, Instant.MAX, Map.of());
    }

    private static Caller with(Map<String, Object> claims) {
        return new Caller.Authenticated("gatehouse", "alice", List.of("user"), List.of("read"), Instant.MAX, claims);
    }

    private static Caller signedInAgo(Number seconds) {
        return with(Map.of("auth_time", BigDecimal.valueOf(NOW.getEpochSecond()).subtract(new BigDecimal(seconds.toString())),
                "acr", "low"));
    }

    static Stream<Arguments> decisions() {
        Access anyRole = new Access.Rule(roles("admin", "owner"));
        Access allScopes = new Access.Rule(scopes("orders:write", "orders:read"));
        return Stream.of(
                arguments("public lets everybody in", new Access.Public(), Caller.ANONYMOUS, YES),
                arguments("public lets callers in", new Access.Public(), caller(List.of(), List.of()), YES),
                arguments("optional lets everybody in", new Access.Anyone(), Caller.ANONYMOUS, YES),
                arguments("optional lets callers in", new Access.Anyone(), caller(List.of(), List.of()), YES),
                arguments("signed-in asks who it is", new Access.SignedIn(), Caller.ANONYMOUS, new SignInNeeded()),
                arguments("signed-in takes everybody who is known", new Access.SignedIn(), caller(List.of(), List.of()), YES),
                arguments("certificates are asked for", new Access.Certified(List.of()), Caller.ANONYMOUS,
                        new Decision.CertificateNeeded()),
                arguments("any certificate will do", new Access.Certified(List.of()), caller(List.of(), List.of()), YES),
                arguments("a certificate of that name", new Access.Certified(List.of("dns:a", "alice")),
                        caller(List.of(), List.of()), YES),
                arguments("a certificate of another name", new Access.Certified(List.of("dns:a")), caller(List.of(), List.of()),
                        NO),
                arguments("roles ask who it is", anyRole, Caller.ANONYMOUS, new SignInNeeded()),
                arguments("one role is enough", anyRole, caller(List.of("user", "owner"), List.of()), YES),
                arguments("no role is not", anyRole, caller(List.of("user"), List.of("admin")), NO),
                arguments("a role is not its prefix", anyRole, caller(List.of("admins", "adm"), List.of()), NO),
                arguments("a role has one case", anyRole, caller(List.of("Admin"), List.of()), NO),
                arguments("scopes ask who it is", allScopes, Caller.ANONYMOUS, new SignInNeeded()),
                arguments("all scopes are needed", allScopes, caller(List.of(), List.of("orders:read", "x", "orders:write")),
                        YES),
                arguments("one scope is not enough", allScopes, caller(List.of(), List.of("orders:read")),
                        new Denied("orders:read orders:write")),
                arguments("roles are no scopes", allScopes, caller(List.of("orders:read", "orders:write"), List.of()),
                        new Denied("orders:read orders:write")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void decisions(String why, Access access, Caller caller, Decision expected) {
        assertThat(access.decide(caller, NOW)).as(why).isEqualTo(expected);
    }

    static Stream<Arguments> claims() {
        Map<String, Object> claims = Map.of("plan", "pro", "level", 7, "big", 7L, "huge", BigInteger.TEN.pow(20), "part", 1.5,
                "paid", true, "groups", List.of("a", 3, List.of("deep")), "org", Map.of("id", "x"), "endless",
                Double.POSITIVE_INFINITY,
                "holes", Collections.singletonList(null));
        return Stream.of(
                arguments("a text is itself", claim("plan", "pro"), claims, true),
                arguments("a text has one case", claim("plan", "Pro"), claims, false),
                arguments("one of several", claim("plan", "free", "pro"), claims, true),
                arguments("an absent claim is nothing", claim("none", "", false, 0), claims, false),
                arguments("a number is a number", claim("level", 7), claims, true),
                arguments("of any size", claim("big", 7), claims, true),
                arguments("and in any form", claim("level", 7.0), claims, true),
                arguments("a text of digits is no number", claim("level", "7"), claims, false),
                arguments("and a number no text", claim("plan", 7), claims, false),
                arguments("parts count", claim("part", 1.5), claims, true),
                arguments("a large number is not cut", claim("huge", 0), claims, false),
                arguments("an endless number is none", claim("endless", 7), claims, false),
                arguments("true is true", claim("paid", true), claims, true),
                arguments("true is not a text", claim("paid", "true"), claims, false),
                arguments("a list has each of its values", claim("groups", "a"), claims, true),
                arguments("in its type", claim("groups", 3), claims, true),
                arguments("but not those of lists in it", claim("groups", "deep"), claims, false),
                arguments("nothing in a list is nothing", claim("holes", "null", 0, false), claims, false),
                arguments("an object is no value", claim("org", "x"), claims, false),
                arguments("names are not paths", claim("org.id", "x"), claims, false),
                arguments("not turns it round", not(claim("plan", "free")), claims, true),
                arguments("not of an absent claim holds", not(claim("banned", true)), claims, true),
                arguments("not of one value in a list", not(claim("groups", "a")), claims, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void claims(String why, Condition condition, Map<String, Object> claims, boolean holds) {
        assertThat(new Access.Rule(condition).decide(with(claims), NOW)).as(why).isEqualTo(holds ? YES : NO);
    }

    static Stream<Arguments> combinations() {
        Caller user = with(Map.of("acr", "low", "plan", "pro"));
        return Stream.of(
                arguments("all of two", all(roles("user"), scopes("read")), user, YES),
                arguments("all but one", all(roles("user"), roles("admin")), user, NO),
                arguments("any of two", any(roles("admin"), scopes("read")), user, YES),
                arguments("none of two", any(roles("admin"), claim("plan", "free")), user, NO),
                arguments("not of what holds", not(roles("user")), user, NO),
                arguments("nobody unknown passes a not", not(roles("admin")), Caller.ANONYMOUS, new SignInNeeded()),
                arguments("nobody unknown passes a step-up", acr("low"), Caller.ANONYMOUS, new SignInNeeded()),
                arguments("scopes are named when they alone are missing", all(roles("user"), scopes("write", "read")), user,
                        new Denied("read write")),
                arguments("of several rules", all(scopes("write"), scopes("delete")), user, new Denied("delete write")),
                arguments("but not those that are there", all(scopes("read"), scopes("write")), user, new Denied("write")),
                arguments("nor beside a role that is missing", all(roles("admin"), scopes("write")), user, NO),
                arguments("of the first way that is open", any(all(roles("admin"), scopes("a")), scopes("b"), scopes("c")), user,
                        new Denied("b")),
                arguments("never those under a not", all(not(scopes("read")), scopes("write")), user, NO),
                arguments("scopes come before a step-up", all(scopes("write"), acr("high")), user, new Denied("write")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void combinations(String why, Condition condition, Caller caller, Decision expected) {
        assertThat(new Access.Rule(condition).decide(caller, NOW)).as(why).isEqualTo(expected);
    }

    static Stream<Arguments> stepUps() {
        Optional<Duration> none = Optional.empty();
        Optional<Duration> minute = Optional.of(Duration.ofSeconds(60));
        Caller bare = with(Map.of());
        return Stream.of(
                arguments("one of the values is enough", acr("high", "low"), signedInAgo(0), YES),
                arguments("another is not", acr("high"), signedInAgo(0), stepUp(none, "high")),
                arguments("values come in their order", acr("z", "a"), signedInAgo(0), stepUp(none, "z", "a")),
                arguments("no acr is none", acr("high"), bare, stepUp(none, "high")),
                arguments("an acr that is a list is none", acr("low"), with(Map.of("acr", List.of("low"))), stepUp(none, "low")),
                arguments("just young enough", maxAge(60), signedInAgo(60), YES),
                arguments("a second too old, without leeway", maxAge(60), signedInAgo(61), stepUp(minute)),
                arguments("part of a second too old", maxAge(60), signedInAgo(60.5), stepUp(minute)),
                arguments("no time is too old", maxAge(60), bare, stepUp(minute)),
                arguments("a time that is a text is none", maxAge(60),
                        with(Map.of("auth_time", Long.toString(NOW.getEpochSecond()))),
                        stepUp(minute)),
                arguments("a clock that is ahead", maxAge(60), signedInAgo(-20), YES),
                arguments("milliseconds are not fresh for ever", maxAge(60), with(Map.of("auth_time", NOW.toEpochMilli())),
                        stepUp(minute)),
                arguments("both are asked for, so that the next token keeps what this has", all(acr("low"), maxAge(60)),
                        signedInAgo(61), stepUp(minute, "low")),
                arguments("the shorter age counts", all(maxAge(600), maxAge(60), maxAge(6000)), signedInAgo(700), stepUp(minute)),
                arguments("what both lists take", all(acr("a", "b", "c"), acr("c", "b")), bare, stepUp(none, "b", "c")),
                arguments("nothing else may be missing", all(roles("admin"), acr("high")), signedInAgo(0), NO),
                arguments("the way that is open is told", any(all(roles("admin"), acr("x")), all(roles("user"), acr("y"))),
                        signedInAgo(0), stepUp(none, "y")),
                arguments("another way in needs no step-up", any(acr("high"), roles("user")), signedInAgo(0), YES),
                arguments("the way that needs less is told", all(any(acr("high"), roles("user")), maxAge(60)), signedInAgo(61),
                        stepUp(minute)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void stepUps(String why, Condition condition, Caller caller, Decision expected) {
        assertThat(new Access.Rule(condition).decide(caller, NOW)).as(why).isEqualTo(expected);
    }

    @Test
    void onlyPublicAndCertificatesIgnoreTokens() {
        assertThat(new Access.Certified(List.of()).readsTokens()).isFalse();
        assertThat(new Access.Certified(List.of()).knowsCallers()).isTrue();
        assertThat(new Access.Public().knowsCallers()).isFalse();
        assertThat(new Access.Public().readsTokens()).isFalse();
        assertThat(new Access.Anyone().readsTokens()).isTrue();
        assertThat(new Access.SignedIn().readsTokens()).isTrue();
        assertThat(new Access.Rule(roles("a")).readsTokens()).isTrue();
    }

    @Test
    void certificatesSayThemselvesAndWhatACallerFails() {
        Access any = new Access.Certified(List.of());
        Access named = new Access.Certified(List.of("dns:a"));
        assertThat(any.describe()).isEqualTo("client-certificate");
        assertThat(named.describe()).isEqualTo("client-certificate any of [dns:a]");
        assertThat(any.unmet(caller(List.of(), List.of()), NOW)).isEmpty();
        assertThat(any.unmet(Caller.ANONYMOUS, NOW)).containsExactly(any.describe());
        assertThat(named.unmet(caller(List.of(), List.of()), NOW)).containsExactly(named.describe());
        assertThat(new Access.Certified(List.of("alice")).unmet(caller(List.of(), List.of()), NOW)).isEmpty();
    }

    @Test
    void saysItselfAndWhatACallerFails() {
        Access rule = new Access.Rule(all(roles("owner", "admin"), any(scopes("read"), claim("plan", "pro", 7)),
                not(claim("banned", true)), acr("urn:mfa"), maxAge(600)));
        assertThat(rule.describe()).isEqualTo("all of (roles any of [admin, owner]; any of (scopes all of [read]; "
                + "claim plan in [\"pro\", 7]); not (claim banned is true); acr any of [urn:mfa]; max-age 600s)");
        assertThat(rule.unmet(with(Map.of("banned", true, "auth_time", NOW.getEpochSecond())), NOW))
                .containsExactly("roles any of [admin, owner]", "not (claim banned is true)", "acr any of [urn:mfa]");
        assertThat(rule.unmet(Caller.ANONYMOUS, NOW)).containsExactly("signed-in");
        assertThat(new Access.Public().unmet(Caller.ANONYMOUS, NOW)).isEmpty();
    }

    @Test
    void refusesRuleThatCannotBeJudged() {
        assertThatIllegalArgumentException().isThrownBy(() -> roles());
        assertThatIllegalArgumentException().isThrownBy(() -> scopes(""));
        assertThatIllegalArgumentException().isThrownBy(() -> acr());
        assertThatIllegalArgumentException().isThrownBy(() -> maxAge(0));
        assertThatIllegalArgumentException().isThrownBy(() -> all());
        assertThatIllegalArgumentException().isThrownBy(() -> any());
        assertThatIllegalArgumentException().isThrownBy(() -> claim("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> not(any(roles("a"), all(acr("b")))));
        Condition deep = roles("a");
        for (int i = 0; i < 7; i++) {
            deep = all(deep);
        }
        Condition eight = deep;
        assertThat(new Access.Rule(eight).condition().depth()).isEqualTo(8);
        assertThatIllegalArgumentException().isThrownBy(() -> new Access.Rule(all(eight)));
        assertThat(new Access.Rule(new Combination.Any(Collections.nCopies(63, roles("a")))).condition().size()).isEqualTo(64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Access.Rule(new Combination.Any(Collections.nCopies(64, roles("a")))));
    }
}
