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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Ambiguous;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Missing;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Refused;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Unavailable;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class BearerTokenAuthenticatorTests {

    private static final String CLIENT = "192.0.2.1";
    private static final AcceptedIssuers ANY = new AcceptedIssuers(Set.of("gatehouse", "other"), Optional.empty(), List.of(),
            CookieNames.NONE);

    private final MovableClock clock = new MovableClock(NOW);
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Revocations revocations = new Revocations(clock);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Issuers issuers = Issuers
            .with(new IssuerKeys.Settings(client, Optional.empty(), clock, timer, Runnable::run, () -> 0));
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, revocations, clock);

    @TempDir
    private Path folder;

    @BeforeEach
    void trustTheAuthService() throws IOException {
        publish(TestKeys.jwks(TestKeys.EC, TestKeys.RSA));
        issuers.update(List.of(spec("gatehouse", TestTokens.ISSUER, "api")));
    }

    @AfterEach
    void close() {
        issuers.close();
        client.close();
    }

    @Test
    void provesCaller() {
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOfSatisfying(Proven.class,
                proven -> assertThat(proven.caller().subject()).isEqualTo("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "bEaReR "})
    void readsSchemeWithoutRegardToCase(String scheme) {
        assertThat(authenticate(scheme + valid().signed())).isInstanceOf(Proven.class);
    }

    static Stream<Arguments> fields() {
        String good = valid().signed();
        return Stream.of(arguments("no field", List.of(), new Missing()),
                arguments("another scheme is no bearer token (RFC 6750 §3.1)", List.of("Basic YWxpY2U6cHc="), new Missing()),
                arguments("a scheme that only begins like ours", List.of("BearerX " + good), new Missing()),
                arguments("an empty field", List.of(""), new Missing()),
                arguments("a token without scheme", List.of(good), new Missing()),
                arguments("the scheme alone", List.of("Bearer"), new Refused(Reason.INVALID, "no token")),
                arguments("a tab for the space", List.of("Bearer\t" + good),
                        new Refused(Reason.INVALID, "no single space after the scheme")),
                arguments("two fields, the good one first", List.of("Bearer " + good, "Bearer x"), new Ambiguous()),
                arguments("two fields, the good one last", List.of("Basic x", "Bearer " + good), new Ambiguous()),
                arguments("the same field twice", List.of("Bearer " + good, "Bearer " + good), new Ambiguous()),
                arguments("two tokens in one field", List.of("Bearer " + good + ", Bearer " + good), new Ambiguous()),
                arguments("two tokens behind one scheme", List.of("Bearer " + good + " " + good), new Ambiguous()),
                arguments("a comma behind the token", List.of("Bearer " + good + ","), new Ambiguous()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void fields(String why, List<String> fields, AuthenticationResult expected) {
        assertThat(authenticator.authenticate(fields, List.of(), ANY, CLIENT).block()).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer  x", "Bearer x", "Bearer a.b.c", "Bearer \u0000", "Bearer é.é.é", "Bearer ..",
            "Bearer ===="})
    void refusesNonsense(String field) {
        assertThat(authenticate(field)).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    void refusesEndlessTokenBeforeLookingAtIt() {
        assertThat(authenticate("Bearer " + "a,".repeat(1_000_000))).isInstanceOf(Refused.class);
    }

    @Test
    void refusesTokenOfUnknownIssuer() {
        assertThat(authenticate("Bearer " + valid().claim("iss", "https://evil.example").signed()))
                .isEqualTo(new Refused(Reason.INVALID, "iss: unknown"));
        assertThat(authenticate("Bearer " + valid().without("iss").signed()))
                .isEqualTo(new Refused(Reason.INVALID, "iss: unknown"));
    }

    @Test
    void detailsTellNothingOfTheToken() {
        String token = valid().claim("aud", "secret-audience").header("typ", "secret-type").claim("sub", "secret\n").signed();
        assertThat(authenticate("Bearer " + token).toString()).doesNotContain("secret");
    }

    /// Whoever has no key must not choose what is kept of headers.
    @Test
    void keepsHeadersOfProvenTokensOnly() {
        authenticate("Bearer " + valid().signed(TestKeys.FOREIGN_EC));
        authenticate("Bearer " + valid().header("x", "1").signed(TestKeys.FOREIGN_EC));
        authenticate("Bearer " + valid().header("alg", "none").signed());
        authenticate("Bearer " + valid().claim("aud", "another").signed());
        assertThat(authenticator.headers()).isZero();
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOf(Proven.class);
        assertThat(authenticator.headers()).isOne();
        assertThat(authenticate("Bearer " + valid().claim("jti", "another").signed())).isInstanceOf(Proven.class);
        assertThat(authenticator.headers()).isOne();
    }

    @Test
    void knownHeaderIsNoProof() {
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOf(Proven.class);
        assertThat(authenticate("Bearer " + valid().claim("jti", "another").signed(TestKeys.FOREIGN_EC)))
                .isEqualTo(new Refused(Reason.INVALID, "signature: wrong"));
    }

    /// One issuer's header is not good for another.
    @Test
    void knownHeaderKeepsToTheRulesOfEachIssuer() {
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOf(Proven.class);
        issuers.update(List.of(new IssuerSpec("gatehouse", TestTokens.ISSUER, keys().toUri(), Set.of("api"), Set.of("RS256"),
                Set.of("at+jwt"), Duration.ofSeconds(30))));
        assertThat(authenticate("Bearer " + valid().claim("jti", "another").signed()))
                .isEqualTo(new Refused(Reason.INVALID, "header alg: not the issuer's"));
    }

    @Test
    void rememberedTokenEndsWithItsTime() {
        String field = "Bearer " + valid().signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        clock.move(Duration.ofSeconds(329));
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        clock.move(Duration.ofSeconds(1));
        assertThat(authenticate(field)).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.EXPIRED));
    }

    @Test
    void rememberedTokenEndsWithItsSession() {
        String field = "Bearer " + valid().signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        revocations.revoke("session-1", NOW.plusSeconds(400));
        assertThat(authenticate(field)).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.REVOKED));
        assertThat(authenticate("Bearer " + valid().claim("jti", "another").signed())).isInstanceOf(Refused.class);
        assertThat(authenticate("Bearer " + valid().claim("sid", "session-2").signed())).isInstanceOf(Proven.class);
    }

    /// A session is ended in the very second in which its last token is issued; the token is taken for five minutes beyond its end.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noTokenOutlivesTheWordThatItsSessionHasEnded(boolean remembered) {
        issuers.update(List.of(new IssuerSpec("gatehouse", TestTokens.ISSUER, keys().toUri(), Set.of("api"), Set.of("ES256"),
                Set.of("at+jwt"), Duration.ofMinutes(5))));
        String field = "Bearer " + valid().signed();
        if (remembered) {
            assertThat(authenticate(field)).isInstanceOf(Proven.class);
        }
        revocations.revoke("session-1", NOW.plusSeconds(300));
        for (int seconds = 0; seconds < 610; seconds++) {
            revocations.forgetEnded();
            assertThat(authenticate(field)).as("after %d s", seconds).isInstanceOf(Refused.class);
            clock.move(Duration.ofSeconds(1));
        }
    }

    @Test
    void rememberedTokenEndsWithItsKey() throws IOException {
        String field = "Bearer " + valid().signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        publish(TestKeys.jwks(TestKeys.RSA));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(authenticate(field)).isInstanceOf(Refused.class);
    }

    @Test
    void rememberedTokenEndsWhenItsKeyIsReplacedUnderTheSameId() throws IOException {
        String field = "Bearer " + valid().signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        publish(TestKeys.jwks(TestKeys.FOREIGN_EC));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(authenticate(field)).isInstanceOf(Refused.class);
        assertThat(authenticate("Bearer " + valid().signed(TestKeys.FOREIGN_EC))).isInstanceOf(Proven.class);
    }

    @Test
    void rememberedTokenSurvivesKeysBesideItsOwn() throws IOException {
        String field = "Bearer " + valid().signed();
        AuthenticationResult before = authenticate(field);
        publish(TestKeys.jwks(TestKeys.EC, TestKeys.ec("ec-2")));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(authenticate(field)).isSameAs(before); // the very answer: it was not verified again
    }

    @Test
    void rememberedTokenEndsWithItsIssuer() {
        String field = "Bearer " + valid().signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        issuers.update(List.of(spec("gatehouse", TestTokens.ISSUER, "other")));
        assertThat(authenticate(field)).isInstanceOf(Refused.class);
        issuers.update(List.of());
        assertThat(authenticate(field)).isInstanceOf(Refused.class);
    }

    @Test
    void issuersDoNotSpeakForEachOther() throws IOException {
        Files.writeString(folder.resolve("other.json"), TestKeys.jwks(TestKeys.FOREIGN_EC));
        IssuerSpec other = new IssuerSpec("other", "https://other.example", folder.resolve("other.json").toUri(), Set.of("api"),
                Set.of("ES256"), Set.of("at+jwt"), Duration.ZERO);
        issuers.update(List.of(spec("gatehouse", TestTokens.ISSUER, "api"), other));
        assertThat(authenticate("Bearer " + valid().signed(TestKeys.FOREIGN_EC))).isInstanceOf(Refused.class);
        assertThat(authenticate("Bearer " + valid().claim("iss", "https://other.example").signed())).isInstanceOf(Refused.class);
        assertThat(authenticate("Bearer " + valid().claim("iss", "https://other.example").signed(TestKeys.FOREIGN_EC)))
                .isInstanceOfSatisfying(Proven.class, proven -> assertThat(proven.caller().issuerId()).isEqualTo("other"));
    }

    @Test
    void refusesTwoIssuersOfOneNameAndKeepsTheOldOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> issuers.update(List.of(spec("a", "https://x", "api"), spec("b", "https://x", "api"))));
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOf(Proven.class);
    }

    @Test
    void cannotJudgeWithoutKeys() throws IOException {
        Files.delete(keys());
        issuers.update(List.of());
        issuers.update(List.of(spec("gatehouse", TestTokens.ISSUER, "api")));
        assertThat(authenticate("Bearer " + valid().signed())).isEqualTo(new Unavailable());
        assertThat(issuers.status()).singleElement().satisfies(status -> {
            assertThat(status.usable()).isFalse();
            assertThat(status.error()).contains("no such file");
        });
        publish(TestKeys.jwks(TestKeys.EC));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(authenticate("Bearer " + valid().signed())).isInstanceOf(Proven.class);
    }

    @Test
    void believesLastGoodKeysForAnHour() throws IOException {
        String field = "Bearer " + valid().claim("exp", NOW.plus(Duration.ofDays(1)).getEpochSecond()).signed();
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        publish("<html>");
        timer.advanceTimeBy(Duration.ofSeconds(1));
        clock.move(Duration.ofMinutes(59));
        assertThat(authenticate(field)).isInstanceOf(Proven.class);
        assertThat(issuers.status()).singleElement()
                .satisfies(status -> assertThat(status.error()).contains("key set: not a JSON object"));
        clock.move(Duration.ofMinutes(1));
        assertThat(authenticate(field)).isEqualTo(new Unavailable());
    }

    private void publish(String jwks) throws IOException {
        Files.writeString(keys(), jwks);
    }

    private Path keys() {
        return folder.resolve("keys.json");
    }

    private IssuerSpec spec(String id, String issuer, String audience) {
        return new IssuerSpec(id, issuer, keys().toUri(), Set.of(audience), Set.of("ES256", "RS256"), Set.of("at+jwt"),
                Duration.ofSeconds(30));
    }

    private AuthenticationResult authenticate(String field) {
        return Objects
                .requireNonNull(authenticator.authenticate(List.of(field), List.of(), ANY, CLIENT).block(Duration.ofSeconds(5)));
    }
}
