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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

/// What is counted, how long a token may be, and which text that is no signed token is told to an issuer.
class BearerCountsTests {

    private static final String CLIENT = "192.0.2.1";
    private static final Refused ELSEWHERE = new Refused(Reason.INVALID, "iss: not accepted here");
    private static final Refused NO_TOKEN = new Refused(Reason.INVALID, "not three parts");
    private static final AcceptedIssuers SIGNING = new AcceptedIssuers(Set.of("gatehouse"), Optional.empty(), List.of(),
            CookieNames.NONE);
    /// The issuer is gone since the route was loaded: whatever would be told to it is refused as foreign.
    private static final AcceptedIssuers ASKED = accepting("asked");
    private static final AcceptedIssuers BOTH = accepting("asked", "gatehouse");
    private static final String SECRET = "the secret of the system that is replaced";

    private final MovableClock clock = new MovableClock(NOW);
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Issuers issuers = Issuers
            .with(new IssuerKeys.Settings(client, Optional.empty(), clock, timer, Runnable::run, () -> 0));
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, new Revocations(clock), clock);

    @TempDir
    private Path folder;

    private static AcceptedIssuers accepting(String... ids) {
        return new AcceptedIssuers(Set.of(ids), Optional.of("https://asked.example"), List.of(), CookieNames.NONE);
    }

    @BeforeEach
    void trustTheAuthService() throws IOException {
        publish(TestKeys.jwks(TestKeys.EC));
        issuers.update(List.of(new IssuerSpec("gatehouse", TestTokens.ISSUER, folder.resolve("keys.json").toUri(), Set.of("api"),
                Set.of("ES256"), Set.of("at+jwt"), Duration.ofSeconds(30))));
    }

    @AfterEach
    void close() {
        issuers.close();
        client.close();
    }

    @Test
    void countsSignaturesThatWereCheckedAndTokensThatWereKnown() {
        String token = valid().signed();
        authenticate("Bearer " + token, SIGNING);
        authenticate("Bearer " + token, SIGNING);
        authenticate("Bearer " + token, SIGNING);
        authenticate("Bearer " + valid().claim("jti", "2").signed(), SIGNING);
        authenticate("Bearer " + valid().signed(TestKeys.FOREIGN_EC), SIGNING);

        assertThat(authenticator.verified()).isEqualTo(2);
        assertThat(authenticator.remembered()).isEqualTo(2);
    }

    @Test
    void whatCountsNoMoreIsForgotten() throws IOException {
        String token = valid().signed();
        authenticate("Bearer " + token, SIGNING);
        publish(TestKeys.jwks(TestKeys.FOREIGN_EC));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            assertThat(authenticate("Bearer " + token, SIGNING)).isInstanceOf(Refused.class);
        }

        assertThat(authenticator.remembered()).isEqualTo(1);
    }

    @Test
    void aTokenIsAtMostAsLongAsAHeaderSection() {
        String longest = "a".repeat(8192);

        assertThat(authenticate("Bearer " + longest, SIGNING)).isEqualTo(NO_TOKEN);
        assertThat(authenticate("Bearer " + longest + "a", SIGNING))
                .isEqualTo(new Refused(Reason.INVALID, "longer than 8192 characters"));
    }

    @Test
    void aListThatBeginsEmptyIsAList() {
        assertThat(authenticate("Bearer ,x", SIGNING)).isEqualTo(new Ambiguous());
        assertThat(authenticate("Bearer  x", SIGNING)).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer-x", "Bearer=", "Bearer9 x", "Bearer/x", "BearerToken x"})
    void aLongerSchemeIsAnother(String field) {
        assertThat(authenticate(field, SIGNING)).isEqualTo(new Missing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-", "a-b.c_d~e+f/g=", "eyJ", "eyJhIn0", "0", "9", "é.example"})
    void noIssuerIsToldWhereNoneIsAsked(String token) {
        assertThat(authenticate("Bearer " + token, SIGNING)).isEqualTo(NO_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"x, true, true", "-, true, true", "a-b.c_d~e+f/g=, true, true", "0.9, true, true", "eyJ, true, true",
            "eyJhIn0.x, true, false",
            "xeyJ.x, true, true", ".eyJ, true, true", "é, false, false", "\u0080, false, false", "xé, false, false",
            "\u0661, false, false",
            "x!, false, false", "!x, false, false", "x:y, false, false"})
    void theIssuerIsToldWhatNobodyElseCanHaveSigned(String token, boolean alone, boolean besideOthers) {
        assertThat(authenticate("Bearer " + token, ASKED)).isEqualTo(alone ? ELSEWHERE : NO_TOKEN);
        assertThat(authenticate("Bearer " + token, BOTH)).isEqualTo(besideOthers ? ELSEWHERE : NO_TOKEN);
    }

    @Test
    void nobodyIsToldNothing() {
        assertThat(authenticate("Bearer ", ASKED)).isEqualTo(NO_TOKEN);
    }

    @Test
    void aSharedSecretProvesWhereTheTokenCameFrom() {
        issuers.update(List.of(new IssuerSpec("older", TestTokens.ISSUER,
                new IssuerSpec.SharedSecret(new ClientSecret(SECRET), Set.of("JWT")), Set.of("api"), Set.of(),
                Optional.of("token"),
                Duration.ZERO)));
        AcceptedIssuers accepted = new AcceptedIssuers(Set.of("older"), Optional.empty(),
                List.of(AcceptedIssuers.TokenCookie.of("token", Set.of("older"))), CookieNames.NONE);
        String token = valid().header("alg", "HS256").header("typ", "JWT")
                .sealed(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(authenticator.authenticate(List.of("Bearer " + token), List.of(), accepted, CLIENT).block())
                .isInstanceOfSatisfying(Proven.class, proven -> assertThat(proven.source()).isEqualTo(Source.HEADER));
        assertThat(authenticator.authenticate(List.of(), List.of("token=" + token), accepted, CLIENT).block())
                .isInstanceOfSatisfying(Proven.class, proven -> assertThat(proven.source()).isEqualTo(Source.COOKIE));
    }

    private void publish(String jwks) throws IOException {
        Files.writeString(folder.resolve("keys.json"), jwks);
    }

    private AuthenticationResult authenticate(String field, AcceptedIssuers accepted) {
        return Objects
                .requireNonNull(
                        authenticator.authenticate(List.of(field), List.of(), accepted, CLIENT).block(Duration.ofSeconds(30)));
    }
}
