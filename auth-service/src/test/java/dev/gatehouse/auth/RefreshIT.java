package dev.gatehouse.auth;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.nimbusds.jwt.JWTParser;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class RefreshIT {

    private final AuthServer server = AuthServer.shared();

    @Test
    void rotatesTheToken() {
        SignedIn someone = server.someone();

        Answer answer = refresh(someone.refreshToken());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("refresh-outcome")).isEqualTo("rotated");
        assertThat(answer.text("refresh_token")).isNotEqualTo(someone.refreshToken());
        assertThat(answer.header("Set-Cookie")).contains(answer.text("refresh_token"));
    }

    @Test
    void fiftyParallelRefreshesStepOnceAndAgreeOnOneToken() throws Exception {
        SignedIn someone = server.someone();
        List<Callable<Answer>> tabs = IntStream.range(0, 50)
                .<Callable<Answer>>mapToObj(_ -> () -> refresh(someone.refreshToken())).toList();

        List<Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = threads.invokeAll(tabs).stream().map(Future::resultNow).toList();
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.text("refresh_token")).collect(Collectors.toSet())).hasSize(1);
        assertThat(answers.stream().map(answer -> answer.header("refresh-outcome")).filter("rotated"::equals)).hasSize(1);
        assertThat(counter(someone)).isEqualTo(1);
    }

    @Test
    void repeatsALostAnswerByteForByteWithAFreshAccessToken() {
        SignedIn someone = server.someone();
        Answer lost = refresh(someone.refreshToken());

        Answer repeated = refresh(someone.refreshToken());

        assertThat(repeated.header("refresh-outcome")).isEqualTo("lost_response");
        assertThat(repeated.text("refresh_token")).isEqualTo(lost.text("refresh_token"));
        assertThat(repeated.text("access_token")).isNotEqualTo(lost.text("access_token"));
    }

    @Test
    void givesASlowTabTheCurrentTokenWithinTheGrace() {
        SignedIn someone = server.someone();
        Answer current = refresh(refresh(someone.refreshToken()).text("refresh_token"));

        Answer slow = refresh(someone.refreshToken());

        assertThat(slow.header("refresh-outcome")).isEqualTo("concurrent");
        assertThat(slow.text("refresh_token")).isEqualTo(current.text("refresh_token"));
    }

    @Test
    void replaysDoNotExtendTheGrace() {
        SignedIn someone = server.someone();
        refresh(someone.refreshToken());
        letPass(someone, Duration.ofSeconds(9));
        assertThat(refresh(someone.refreshToken()).status()).isEqualTo(200);

        letPass(someone, Duration.ofSeconds(2));

        assertThat(refresh(someone.refreshToken()).header("refresh-outcome")).isEqualTo("reuse");
    }

    @Test
    void reuseAfterTheGraceEndsTheSessionAndTellsTheGatewaysOnce() {
        SignedIn someone = server.someone();
        Answer current = refresh(refresh(someone.refreshToken()).text("refresh_token"));
        letPass(someone, Duration.ofSeconds(11));

        Answer reuse = refresh(someone.refreshToken());
        Answer again = refresh(someone.refreshToken());

        assertThat(reuse.problem()).isEqualTo("401 auth.revoked");
        assertThat(reuse.header("refresh-outcome")).isEqualTo("reuse");
        assertThat(reuse.header("Set-Cookie")).contains("__Host-gatehouse_refresh=;", "Max-Age=0");
        assertThat(again.problem()).isEqualTo("401 auth.revoked");
        assertThat(again.header("refresh-outcome")).isEmpty();
        assertThat(refresh(current.text("refresh_token")).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", "Authorization", "Bearer " + current.text("access_token")).problem())
                .isEqualTo("401 auth.revoked");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(RevocationFeedReader.shared().sessions()).containsOnlyOnce(sid(someone)));
    }

    @Test
    void refusesTokensThatAreNotOurs() {
        SignedIn someone = server.someone();
        SignedIn other = server.someone();
        String token = someone.refreshToken();

        assertThat(refresh("rt1_nonsense").problem()).isEqualTo("401 auth.invalid");
        assertThat(refresh(someone.accessToken()).problem()).isEqualTo("401 auth.invalid");
        assertThat(refresh(token.substring(0, token.length() - 3)).problem()).isEqualTo("401 auth.invalid");
        assertThat(refresh(other.refreshToken().substring(0, 30) + token.substring(30)).problem()).isEqualTo("401 auth.invalid");
        assertThat(refresh(token).status()).as("nothing was revoked").isEqualTo(200);
    }

    @Test
    void refusesAnExpiredSession() {
        SignedIn someone = server.someone();
        server.database().sql("UPDATE session SET idle_expires_at = now() - interval '1 second' WHERE id = ?")
                .param(UUID.fromString(sid(someone))).update();

        assertThat(refresh(someone.refreshToken()).problem()).isEqualTo("401 auth.expired");
    }

    @Test
    void neverOutlivesTheAbsoluteExpiry() {
        SignedIn someone = server.someone();
        server.database().sql("UPDATE session SET absolute_expires_at = now() + interval '1 hour' WHERE id = ?")
                .param(UUID.fromString(sid(someone))).update();

        refresh(someone.refreshToken());

        assertThat(server.database().sql("SELECT idle_expires_at = absolute_expires_at FROM session WHERE id = ?")
                .param(UUID.fromString(sid(someone))).query(Boolean.class).single()).isTrue();
    }

    @Test
    void endsWithTheEpochOfTheAccount() {
        SignedIn someone = server.someone();
        server.database().sql("UPDATE account SET session_epoch = session_epoch + 1 WHERE username = ?")
                .param(someone.name()).update();

        assertThat(refresh(someone.refreshToken()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void takesTheCookieFromOwnPagesOnly() {
        SignedIn someone = server.someone();
        String cookie = "__Host-gatehouse_refresh=" + someone.refreshToken();

        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie).problem()).isEqualTo("403 access.denied");
        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie, "Origin", "https://evil.test").problem())
                .isEqualTo("403 access.denied");
        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie, "Sec-Fetch-Site", "cross-site").problem())
                .isEqualTo("403 access.denied");
        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie, "Origin", "null", "Sec-Fetch-Site", "same-origin")
                .problem()).isEqualTo("403 access.denied");
        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie, "Origin", AuthServer.ISSUER).status()).isEqualTo(200);
        assertThat(server.postEmpty("/auth/refresh", "Cookie", cookie, "Sec-Fetch-Site", "same-origin").status()).isEqualTo(200);
    }

    @Test
    void asksForATokenWhereNoneCame() {
        assertThat(server.post("/auth/refresh").problem()).isEqualTo("401 auth.missing");
        assertThat(server.post("/auth/refresh", "").problem()).isEqualTo("400 request.malformed");
        assertThat(server.post("/auth/refresh", "{}").problem()).isEqualTo("400 request.malformed");
        assertThat(server.post("/auth/refresh", "{}").json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/refresh_token");
    }

    private Answer refresh(String token) {
        return server.post("/auth/refresh", AuthServer.refresh(token));
    }

    /// Moves the last rotation into the past, as time would.
    private void letPass(SignedIn someone, Duration time) {
        server.database().sql("UPDATE session SET rotated_at = rotated_at - make_interval(secs => ?) WHERE id = ?")
                .params(time.toSeconds(), UUID.fromString(sid(someone))).update();
    }

    private long counter(SignedIn someone) {
        return server.database().sql("SELECT counter FROM session WHERE id = ?").param(UUID.fromString(sid(someone)))
                .query(Long.class).single();
    }

    private static String sid(SignedIn someone) {
        try {
            return JWTParser.parse(someone.accessToken()).getJWTClaimsSet().getStringClaim("sid");
        } catch (java.text.ParseException notToken) {
            throw new IllegalStateException(notToken);
        }
    }
}
