package dev.gatehouse.auth;

import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class TokenAttacksIT {

    private final AuthServer server = AuthServer.shared();

    static Stream<Arguments> attacks() {
        return Stream.of(attack("expired", "auth.expired", TestTokens::expired),
                attack("issued in the future", "auth.invalid", TestTokens::fromTheFuture),
                attack("alg none", "auth.invalid", TestTokens::unsigned),
                attack("HS256 with the public key", "auth.invalid", TestTokens::signedWithThePublicKeyAsSecret),
                attack("foreign key under our kid", "auth.invalid", TestTokens::signedByAStrangerUnderOurKid),
                attack("foreign key in the header", "auth.invalid", TestTokens::signedByAStranger),
                attack("wrong audience", "auth.invalid", TestTokens::forAnotherAudience),
                attack("wrong issuer", "auth.invalid", TestTokens::fromAnotherIssuer),
                attack("another type", "auth.invalid", TestTokens::ofAnotherType),
                attack("no kid", "auth.invalid", TestTokens::withoutKid),
                attack("no exp", "auth.invalid", TestTokens::withoutExpiry),
                attack("no sid", "auth.invalid", TestTokens::withoutSession),
                attack("truncated", "auth.invalid", TestTokens::truncated),
                attack("tampered", "auth.invalid", TestTokens::tampered),
                attack("empty", "auth.invalid", _ -> ""), attack("nonsense", "auth.invalid", _ -> "a.b.c"),
                attack("very long", "auth.invalid", tokens -> tokens.good() + "A".repeat(9000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void refuses(String name, String code, Function<TestTokens, String> token) {
        Answer answer = server.get("/auth/me", "Authorization", "Bearer " + token.apply(ofSomeone()));

        assertThat(answer.problem()).isEqualTo("401 " + code);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"gatehouse\", error=\"invalid_token\"");
    }

    @Test
    void acceptsTheGoodOneThatTheseDifferFrom() {
        assertThat(server.get("/auth/me", "Authorization", "Bearer " + ofSomeone().good()).status()).isEqualTo(200);
    }

    @Test
    void refusesAGoodTokenOfASessionThatNeverWas() {
        String token = new TestTokens(server).good();

        assertThat(server.get("/auth/me", "Authorization", "Bearer " + token).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void asksForATokenWhereNoneCame() {
        Answer answer = server.get("/auth/me");

        assertThat(answer.problem()).isEqualTo("401 auth.missing");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"gatehouse\"");
        assertThat(server.get("/auth/me", "Authorization", "Basic YTpi").problem()).isEqualTo("401 auth.missing");
    }

    @Test
    void refusesTwoAuthorizationHeaders() {
        String token = "Bearer " + ofSomeone().good();

        assertThat(server.get("/auth/me", "Authorization", token, "Authorization", token).problem())
                .isEqualTo("401 auth.invalid");
    }

    @Test
    void believesNoIdentityHeader() {
        assertThat(server.get("/auth/me", "X-User-Id", UUID.randomUUID().toString(), "X-User-Roles", "admin", "X-Session-Id",
                UUID.randomUUID().toString()).problem()).isEqualTo("401 auth.missing");
    }

    @Test
    void verifiesGoodTokens() {
        SignedIn someone = server.someone();

        Answer answer = server.get("/auth/verify-token", someone.bearer());

        assertThat(answer.json().path("valid").asBoolean()).isTrue();
        assertThat(answer.text("username")).isEqualTo(someone.name());
        assertThat(answer.json().propertyNames()).contains("sub", "exp", "roles", "email");
    }

    private TestTokens ofSomeone() {
        var verified = server.get("/auth/verify-token", server.someone().bearer());
        return new TestTokens(server, UUID.fromString(verified.text("sub")), UUID.fromString(verified.text("sid")));
    }

    private static Arguments attack(String name, String code, Function<TestTokens, String> token) {
        return Arguments.of(name, code, token);
    }
}
