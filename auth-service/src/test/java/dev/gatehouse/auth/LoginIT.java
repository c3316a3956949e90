package dev.gatehouse.auth;

import java.util.Base64;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class LoginIT {

    private final AuthServer server = AuthServer.shared();

    @Test
    void answersWithTokensAndUser() {
        SignedIn someone = server.someone();

        Answer answer = server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("message", "token", "access_token",
                "token_type", "expires_in", "refresh_token", "user");
        assertThat(answer.text("token")).isEqualTo(answer.text("access_token"));
        assertThat(answer.text("token_type")).isEqualTo("Bearer");
        assertThat(answer.json().path("expires_in").asInt()).isEqualTo(300);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    /// The database writes the Turkish capital as `i`, Java as two letters: the name that is looked up is the one under which attempts are counted.
    @Test
    void knowsNobodyByAnotherSpellingUnderWhichNobodyCounts() {
        String name = "ali_" + Long.toString(System.nanoTime(), 36);
        assertThat(server.post("/auth/register", AuthServer.registration(name, name + "@example.com")).status()).isEqualTo(201);

        assertThat(server.post("/auth/login", AuthServer.login(name.replaceFirst("i", "\u0130"), AuthServer.PASSWORD)).problem())
                .isEqualTo("401 login.failed");
    }

    @Test
    void setsTheRefreshCookieThatOnlyThisSiteSees() {
        SignedIn someone = server.someone();

        Answer answer = server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD));

        assertThat(answer.header("Set-Cookie"))
                .startsWith("__Host-gatehouse_refresh=" + answer.text("refresh_token") + ";")
                .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict").doesNotContain("Domain");
    }

    @Test
    void setsNoCookieThatScriptsOrOtherSitesSee() {
        Answer answer = server.post("/auth/login", AuthServer.login(server.someone().name(), AuthServer.PASSWORD));

        assertThat(answer.response().headers().allValues("Set-Cookie")).hasSize(2)
                .anyMatch(cookie -> cookie.startsWith("__Host-gatehouse_device="))
                .allSatisfy(cookie -> assertThat(cookie).startsWith("__Host-")
                        .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict").doesNotContain("Domain"));
    }

    @Test
    void takesUsernameOrEmailInAnyCase() {
        String name = server.someone().name();

        assertThat(server.post("/auth/login", AuthServer.login(name.toUpperCase(Locale.ROOT), AuthServer.PASSWORD)).status())
                .isEqualTo(200);
        assertThat(server.post("/auth/login", AuthServer.login(name + "@EXAMPLE.com", AuthServer.PASSWORD)).status())
                .isEqualTo(200);
    }

    @Test
    void putsTheAgreedClaimsIntoTheToken() {
        SignedIn someone = server.someone();

        JsonNode header = part(someone.accessToken(), 0);
        JsonNode claims = part(someone.accessToken(), 1);

        assertThat(header.path("alg").asString()).isEqualTo("ES256");
        assertThat(header.path("typ").asString()).isEqualTo("at+jwt");
        assertThat(header.path("kid").asString())
                .isEqualTo(server.get("/.well-known/jwks.json").json().path("keys").path(0).path("kid").asString());
        assertThat(claims.propertyNames()).containsExactlyInAnyOrder("iss", "sub", "aud", "client_id", "iat", "exp", "jti",
                "sid", "auth_time", "acr", "amr", "scope", "roles", "preferred_username", "email");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
        assertThat(claims.path("roles").isArray()).isTrue();
    }

    @Test
    void answersUnknownUserAndWrongPasswordAlike() {
        SignedIn someone = server.someone();

        Answer wrong = server.post("/auth/login", AuthServer.login(someone.name(), "not the password"));
        Answer unknown = server.post("/auth/login", AuthServer.login("nobody_at_all", "not the password"));

        assertThat(wrong.problem()).isEqualTo("401 login.failed");
        assertThat(withoutRequestId(unknown)).isEqualTo(withoutRequestId(wrong));
        assertThat(unknown.response().headers().map().keySet()).isEqualTo(wrong.response().headers().map().keySet());
    }

    @ParameterizedTest
    @CsvSource({"nobody@example.com", "ab", "'no such; DROP TABLE account'", "İstanbul"})
    void answersStrangeNamesLikeUnknownOnes(String name) {
        assertThat(server.post("/auth/login", AuthServer.login(name, "some password")).problem()).isEqualTo("401 login.failed");
    }

    @Test
    void endsTheLeastUsedOfTooManySessions() {
        SignedIn first = server.someone();
        String account = part(first.accessToken(), 1).path("sub").asString();
        server.database().sql("""
                INSERT INTO session (id, account_id, account_epoch, refresh_key, client_id, amr, user_agent, address,
                    idle_expires_at, absolute_expires_at, last_used_at)
                SELECT gen_random_uuid(), ?::uuid, 0, '', 'gatehouse', '{pwd}', '', '', now() + interval '1 day',
                    now() + interval '1 day', now() + interval '1 second' FROM generate_series(1, 100)""").param(account)
                .update();

        server.login(first.name());

        assertThat(server.get("/auth/me", first.bearer()).problem()).isEqualTo("401 auth.revoked");
    }

    private static JsonNode part(String jwt, int index) {
        return JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]));
    }

    private static String withoutRequestId(Answer answer) {
        return answer.response().body().replace(answer.text("requestId"), "");
    }
}
