package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Ambiguous;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Missing;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Refused;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Where a token may come from, and on which route: the issuer `a` names the cookie `access_token`, the issuer `b` the cookie `b_token`.
class TokenPlacesTests {

    private static final String OTHER = "https://b.example";
    private static final String TOKEN_A = valid().signed();
    private static final String TOKEN_B = valid().claim("iss", OTHER).signed();

    private final MovableClock clock = new MovableClock(NOW);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Issuers issuers = Issuers.with(
            new IssuerKeys.Settings(client, Optional.empty(), clock, VirtualTimeScheduler.create(), Runnable::run, () -> 0));
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, new Revocations(clock), clock);

    @TempDir
    private Path folder;

    private List<IssuerSpec> specs = List.of();

    @BeforeEach
    void trustTwo() throws IOException {
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        specs = List.of(spec("a", TestTokens.ISSUER, Optional.of("access_token")), spec("b", OTHER, Optional.of("b_token")),
                spec("c", "https://c.example", Optional.empty()));
        issuers.update(specs);
    }

    @AfterEach
    void close() {
        issuers.close();
        client.close();
    }

    private IssuerSpec spec(String id, String issuer, Optional<String> cookie) {
        return new IssuerSpec(id, issuer,
                new IssuerSpec.Signature(folder.resolve("keys.json").toUri(), Set.of("ES256"), Set.of("at+jwt"),
                        IssuerSpec.MAX_STALE),
                Set.of("api"), Set.of(), cookie, Duration.ofSeconds(30));
    }

    static Stream<Arguments> places() {
        Proven byHeader = new Proven(caller(), Source.HEADER);
        Proven byCookie = new Proven(caller(), Source.COOKIE);
        Refused elsewhere = new Refused(Reason.INVALID, "iss: not accepted here");
        String a = "access_token=" + TOKEN_A;
        return Stream.of(
                arguments("the cookie alone", "", a, byCookie),
                arguments("the cookie among others", "", "theme=dark; " + a + "; lang=de", byCookie),
                arguments("the cookie without space between", "", "theme=dark;" + a + ";lang=de", byCookie),
                arguments("the header alone", "Bearer " + TOKEN_A, "theme=dark", byHeader),
                arguments("the same token twice", "Bearer " + TOKEN_A, a, byHeader),
                arguments("another scheme is no token, so the cookie counts", "Basic YTpi", a, byCookie),
                arguments("an empty cookie is how servers delete one", "Bearer " + TOKEN_A, "access_token=", byHeader),
                arguments("an empty cookie alone", "", "access_token=", new Missing()),
                arguments("a name without value", "", "access_token", new Missing()),
                arguments("only a cookie spelled like ours", "", "Access.Token=" + TOKEN_A, new Missing()),
                arguments("a cookie whose name only ends like ours", "", "my_access_token=" + TOKEN_A, new Missing()),
                arguments("a cookie whose name only begins like ours", "", "access_token2=" + TOKEN_A, new Missing()),
                arguments("the name in another cookie's value", "", "x=access_token=" + TOKEN_A, new Missing()),
                arguments("two different tokens", "Bearer " + valid().claim("jti", "2").signed(), a, new Ambiguous()),
                arguments("a good cookie and a bad header", "Bearer x", a, new Ambiguous()),
                arguments("a good header and a bad cookie", "Bearer " + TOKEN_A, "access_token=x", new Ambiguous()),
                arguments("the same token, once in quotes", "Bearer " + TOKEN_A, "access_token=\"" + TOKEN_A + '"',
                        new Ambiguous()),
                arguments("two cookies of the name", "", a + "; access_token=x", new Ambiguous()),
                arguments("two cookies of the name, equal", "", a + "; " + a, new Ambiguous()),
                arguments("two cookies of the name, the good one last", "", "access_token=x; " + a, new Ambiguous()),
                arguments("two cookies of the name, the second empty", "", a + "; access_token=", new Ambiguous()),
                arguments("the name again in other case", "", a + "; Access_Token=x", new Ambiguous()),
                arguments("the name again with a dot, as PHP reads it", "", a + "; access.token=x", new Ambiguous()),
                arguments("the name again with a bracket, as PHP reads it", "", a + "; access[token=x", new Ambiguous()),
                arguments("the name again in quotes", "", a + "; \"access_token\"=x", new Ambiguous()),
                arguments("the name again with a space behind", "", a + "; access_token =x", new Ambiguous()),
                arguments("the name again behind a tab", "", a + ";\taccess_token=x", new Ambiguous()),
                arguments("the name again behind a comma, as RFC 2965 reads it", "", a + "; x=y, access_token=z",
                        new Ambiguous()),
                arguments("two issuers' cookies", "", a + "; b_token=" + TOKEN_B, new Ambiguous()),
                arguments("a token in quotes", "", "access_token=\"" + TOKEN_A + '"', new Refused(Reason.INVALID, "")),
                arguments("a token behind a scheme", "", "access_token=Bearer " + TOKEN_A, new Ambiguous()),
                arguments("a token with a space behind", "", a + " ; x=y", new Ambiguous()),
                arguments("nonsense", "", "access_token=x", new Refused(Reason.INVALID, "")),
                arguments("a token of another issuer in this issuer's cookie", "", "access_token=" + TOKEN_B, elsewhere),
                arguments("a token of an issuer without cookie in somebody's cookie", "",
                        "access_token=" + valid().claim("iss", "https://c.example").signed(), elsewhere));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void places(String why, String authorization, String cookie, AuthenticationResult expected) {
        AuthenticationResult result = authenticate(authorization, List.of(cookie), Set.of("a", "b", "c"));
        switch (expected) {
            case Refused refused when refused.detail().isEmpty() -> assertThat(result).as(why).isInstanceOf(Refused.class);
            case Proven proven -> assertThat(result).as(why).isInstanceOfSatisfying(Proven.class,
                    found -> assertThat(found.source()).isEqualTo(proven.source()));
            default -> assertThat(result).as(why).isEqualTo(expected);
        }
    }

    @Test
    void readsEveryCookieField() {
        assertThat(authenticate("", List.of("x=y", "access_token=" + TOKEN_A), Set.of("a"))).isInstanceOf(Proven.class);
        assertThat(authenticate("", List.of("access_token=x", "access_token=" + TOKEN_A), Set.of("a")))
                .isEqualTo(new Ambiguous());
    }

    @ParameterizedTest
    @CsvSource({"a, true, false", "b, false, true", "'a,b', true, true"})
    void routeTakesTokensOfItsIssuersOnly(String accepted, boolean takesA, boolean takesB) {
        Set<String> ids = Set.of(accepted.split(",", -1));
        for (int round = 0; round < 2; round++) { // remembered tokens too
            assertThat(authenticate("Bearer " + TOKEN_A, List.of(), ids) instanceof Proven).isEqualTo(takesA);
            assertThat(authenticate("Bearer " + TOKEN_B, List.of(), ids) instanceof Proven).isEqualTo(takesB);
            assertThat(authenticate("", List.of("b_token=" + TOKEN_B), ids) instanceof Proven).isEqualTo(takesB);
            assertThat(authenticate("Bearer " + TOKEN_A, List.of(), Set.of("a", "b"))).isInstanceOf(Proven.class);
        }
    }

    @Test
    void cookieOfAnIssuerThatTheRouteDoesNotTakeIsNotLookedAt() {
        assertThat(authenticate("Bearer " + TOKEN_A, List.of("b_token=x"), Set.of("a"))).isInstanceOf(Proven.class);
        assertThat(authenticate("", List.of("b_token=" + TOKEN_B), Set.of("a"))).isEqualTo(new Missing());
    }

    @Test
    void rememberedTokenStaysInItsPlace() {
        assertThat(authenticate("Bearer " + TOKEN_B, List.of(), Set.of("a", "b"))).isInstanceOf(Proven.class);
        assertThat(authenticate("", List.of("access_token=" + TOKEN_B), Set.of("a", "b"))).isInstanceOf(Refused.class);
        assertThat(authenticate("", List.of("b_token=" + TOKEN_B), Set.of("a", "b"))).isInstanceOfSatisfying(Proven.class,
                proven -> assertThat(proven.source()).isEqualTo(Source.COOKIE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"access_token=T | ''", "a=b; access_token=T | a=b", "access_token=T; a=b | a=b",
            "a=b; access_token=T; c=d | a=b; c=d", "a=b;access_token=T;c=d | a=b;c=d", "a=b; Access.Token=T | a=b",
            "a=b; x=y, access_token=T | a=b", "a=b; my_access_token=T | a=b; my_access_token=T",
            "a=access_token=T | a=access_token=T", "access_token | ''", "b_token=T; a=b | a=b", "a=b;; c=d | a=b;; c=d",
            "access_token=1; a=b; access_token=2 | a=b"})
    void leavesOutItsCookies(String field, String rest) {
        assertThat(AcceptedIssuers.among(specs, Set.of("a")).secretCookies().without(field)).isEqualTo(rest);
    }

    @Test
    void manyCookiesAreReadInOneGo() {
        String many = "a;".repeat(2_000_000);
        long begun = System.nanoTime();
        assertThat(authenticate("", List.of(many), Set.of("a"))).isEqualTo(new Missing());
        assertThat(AcceptedIssuers.among(specs, Set.of("a")).secretCookies().without(many)).isSameAs(many);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5)); // over an hour if each saw the rest
    }

    private AuthenticationResult authenticate(String authorization, List<String> cookies, Set<String> ids) {
        return Objects.requireNonNull(authenticator
                .authenticate(authorization.isEmpty() ? List.of() : List.of(authorization), cookies,
                        AcceptedIssuers.among(specs, ids), "192.0.2.1")
                .block(Duration.ofSeconds(5)));
    }

    private static Caller.Authenticated caller() {
        return new Caller.Authenticated("a", "alice", List.of(), List.of(), NOW, java.util.Map.of());
    }
}
