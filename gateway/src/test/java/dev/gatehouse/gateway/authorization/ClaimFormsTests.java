package dev.gatehouse.gateway.authorization;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.Caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// A claim of another form than the one in which it is understood lets nobody in: neither by a condition, nor by its opposite, nor by the opposite of that.
class ClaimFormsTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Condition BANNED = new Condition.Roles(Names.of("banned"));
    private static final Condition READ = new Condition.Scopes(Names.of("read"));
    private static final Condition FREE = claim(new ClaimValue.Text("free"));
    private static final Condition SEVEN = claim(new ClaimValue.Numeric(BigDecimal.valueOf(7)));
    private static final Condition TRUE = claim(new ClaimValue.Flag(true));
    private static final Condition MIXED = claim(new ClaimValue.Flag(true), new ClaimValue.Text("true"));
    private static final Condition SURE = new Condition.Claim("sure", List.of(new ClaimValue.Flag(true)));

    private static Condition claim(ClaimValue... values) {
        return new Condition.Claim("x", List.of(values));
    }

    private static Condition not(Condition condition) {
        return new Combination.Not(condition);
    }

    /// What a verified token with this claim makes: where `roles` or `scope` cannot be read there are none.
    private static Caller.Authenticated caller(String claim, Object value, String... names) {
        Map<String, Object> claims = new HashMap<>(Map.of("sure", true));
        if (value != null) {
            claims.put(claim, value);
        }
        return new Caller.Authenticated("gatehouse", "alice", claim.equals("roles") ? List.of(names) : List.of(),
                claim.equals("scope") ? List.of(names) : List.of(), Instant.MAX, claims);
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                arguments("no roles", BANNED, caller("roles", null), Truth.NO),
                arguments("an empty list of roles", BANNED, caller("roles", List.of()), Truth.NO),
                arguments("other roles", BANNED, caller("roles", List.of("a"), "a"), Truth.NO),
                arguments("the role", BANNED, caller("roles", List.of("a", "banned"), "a", "banned"), Truth.YES),
                arguments("a role in a text", BANNED, caller("roles", "banned"), Truth.UNKNOWN),
                arguments("another role in a text", BANNED, caller("roles", "user"), Truth.UNKNOWN),
                arguments("an empty text", BANNED, caller("roles", ""), Truth.UNKNOWN),
                arguments("a number of roles", BANNED, caller("roles", 7), Truth.UNKNOWN),
                arguments("an object of roles", BANNED, caller("roles", Map.of("banned", true)), Truth.UNKNOWN),
                arguments("an empty object of roles", BANNED, caller("roles", Map.of()), Truth.UNKNOWN),
                arguments("lists of roles in a list", BANNED, caller("roles", List.of(List.of("banned"))), Truth.UNKNOWN),
                arguments("a list with a number in it", BANNED, caller("roles", List.of("a", 7)), Truth.UNKNOWN),
                arguments("a list with an empty name in it", BANNED, caller("roles", List.of("a", "")), Truth.UNKNOWN),
                arguments("a list with nothing in it that is a role", BANNED, caller("roles", Arrays.asList("a", null)),
                        Truth.UNKNOWN),
                arguments("no scope", READ, caller("scope", null), Truth.NO),
                arguments("an empty scope", READ, caller("scope", ""), Truth.NO),
                arguments("other scopes", READ, caller("scope", "a  b", "a", "b"), Truth.NO),
                arguments("the scope", READ, caller("scope", "a read", "a", "read"), Truth.YES),
                arguments("the scope beside something odd", READ, caller("scope", "read \u00e9", "read", "\u00e9"), Truth.YES),
                arguments("scopes in a list", READ, caller("scope", List.of("read")), Truth.UNKNOWN),
                arguments("a scope that is a number", READ, caller("scope", 7), Truth.UNKNOWN),
                arguments("a scope that is an object", READ, caller("scope", Map.of()), Truth.UNKNOWN),
                arguments("scopes apart by a tab", READ, caller("scope", "a\tread", "a\tread"), Truth.UNKNOWN),
                arguments("scopes apart by a line", READ, caller("scope", "a\nread", "a\nread"), Truth.UNKNOWN),
                arguments("scopes apart by another space", READ, caller("scope", "a\u00a0read", "a\u00a0read"), Truth.UNKNOWN),
                arguments("scopes in quotes", READ, caller("scope", "\"read\"", "\"read\""), Truth.UNKNOWN),
                arguments("scopes with a backslash", READ, caller("scope", "a\\read", "a\\read"), Truth.UNKNOWN),
                arguments("scopes at the ends of what they may have", READ, caller("scope", "!~", "!~"), Truth.NO),
                arguments("no claim", FREE, caller("x", null), Truth.NO),
                arguments("the text", FREE, caller("x", "free"), Truth.YES),
                arguments("another text", FREE, caller("x", "pro"), Truth.NO),
                arguments("a number for a text", FREE, caller("x", 7), Truth.UNKNOWN),
                arguments("a flag for a text", FREE, caller("x", false), Truth.UNKNOWN),
                arguments("an object for a text", FREE, caller("x", Map.of("free", true)), Truth.UNKNOWN),
                arguments("an empty list", FREE, caller("x", List.of()), Truth.NO),
                arguments("a list of other texts", FREE, caller("x", List.of("pro", "team")), Truth.NO),
                arguments("a list with the text", FREE, caller("x", List.of(7, "free")), Truth.YES),
                arguments("a list with a number", FREE, caller("x", List.of("pro", 7, "team")), Truth.UNKNOWN),
                arguments("a list of lists", FREE, caller("x", List.of(List.of("free"))), Truth.UNKNOWN),
                arguments("a list of nothing", FREE, caller("x", Arrays.asList((Object) null)), Truth.UNKNOWN),
                arguments("the number", SEVEN, caller("x", 7.0), Truth.YES),
                arguments("another number", SEVEN, caller("x", 8L), Truth.NO),
                arguments("a text for a number", SEVEN, caller("x", "7"), Truth.UNKNOWN),
                arguments("the flag", TRUE, caller("x", true), Truth.YES),
                arguments("the other flag", TRUE, caller("x", false), Truth.NO),
                arguments("a text for a flag", TRUE, caller("x", "true"), Truth.UNKNOWN),
                arguments("a number for a flag", TRUE, caller("x", 1), Truth.UNKNOWN),
                arguments("values of two types", MIXED, caller("x", false), Truth.NO),
                arguments("a text beside a flag", MIXED, caller("x", "no"), Truth.NO),
                arguments("neither of two types", MIXED, caller("x", 1), Truth.UNKNOWN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void whatAClaimTells(String why, Condition condition, Caller.Authenticated caller, Truth told) {
        assertThat(condition.judge(caller, NOW, Condition.Granted.NOTHING)).as(why).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void letsInNobodyOfWhomItDoesNotTell(String why, Condition condition, Caller.Authenticated caller, Truth told) {
        assertLetsIn(condition, caller, told == Truth.YES, why);
        assertLetsIn(not(condition), caller, told == Truth.NO, "not: " + why);
        assertLetsIn(not(not(condition)), caller, told == Truth.YES, "not not: " + why);
        assertLetsIn(not(not(not(condition))), caller, told == Truth.NO, "not not not: " + why);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void letsInByNothingAroundIt(String why, Condition condition, Caller.Authenticated caller, Truth told) {
        Condition alone = new Combination.All(List.of(SURE, not(condition)));
        assertLetsIn(alone, caller, told == Truth.NO, "all with it: " + why);
        assertLetsIn(not(alone), caller, told == Truth.YES, "not all with it: " + why);
        Condition either = new Combination.Any(List.of(condition, not(SURE)));
        assertLetsIn(either, caller, told == Truth.YES, "any with it: " + why);
        assertLetsIn(not(either), caller, told == Truth.NO, "not any with it: " + why);
        assertLetsIn(new Combination.Any(List.of(condition, not(condition))), caller, told != Truth.UNKNOWN,
                "one or the other: " + why);
        assertLetsIn(not(new Combination.All(List.of(condition, not(condition)))), caller, told != Truth.UNKNOWN,
                "not both: " + why);
    }

    /// What is sure by itself stays so.
    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void whatIsSureWithoutItStaysSo(String why, Condition condition, Caller.Authenticated caller, Truth told) {
        assertLetsIn(new Combination.Any(List.of(not(condition), SURE)), caller, true, "any with what holds: " + why);
        assertLetsIn(not(new Combination.All(List.of(condition, not(SURE)))), caller, true, "not all with what does not: " + why);
        assertLetsIn(new Combination.All(List.of(not(condition), not(SURE))), caller, false, "all with what does not: " + why);
    }

    private static void assertLetsIn(Condition condition, Caller.Authenticated caller, boolean in, String why) {
        Access rule = new Access.Rule(condition);
        assertThat(rule.decide(caller, NOW) instanceof Decision.Allowed).as(why).isEqualTo(in);
        assertThat(rule.unmet(caller, NOW).isEmpty()).as(why + ", as it is explained").isEqualTo(in);
    }

    @Test
    void operatorsAreToldThatTheFormIsWhy() {
        Access rule = new Access.Rule(new Combination.All(List.of(not(BANNED), not(FREE), SEVEN)));

        assertThat(rule.unmet(caller("roles", "banned"), NOW)).containsExactly(
                "not (roles any of [banned]) (a claim has another form)", "claim x is 7");
    }
}
