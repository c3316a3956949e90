package dev.gatehouse.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class LogoutIT {

    private final AuthServer server = AuthServer.shared();

    @Test
    void endsTheSessionAndClearsTheCookie() {
        SignedIn someone = server.someone();

        Answer answer = server.postEmpty("/auth/logout", someone.bearer());

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Set-Cookie")).contains("__Host-gatehouse_refresh=;", "Max-Age=0", "Secure", "Path=/");
        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())).problem())
                .isEqualTo("401 auth.revoked");
    }

    /// The quickest of three: the machine may be busy with something else for a while, but not each time.
    @Test
    void tellsTheGatewaysWithinASecond() {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            quickest = Math.min(quickest, nanosUntilTold());
        }
        assertThat(Duration.ofNanos(quickest)).isLessThan(Duration.ofSeconds(1));
    }

    private long nanosUntilTold() {
        SignedIn someone = server.someone();
        String sid = server.get("/auth/verify-token", someone.bearer()).text("sid");
        long exp = server.get("/auth/verify-token", someone.bearer()).json().path("exp").asLong();

        long begun = System.nanoTime();
        server.postEmpty("/auth/logout", someone.bearer());

        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> RevocationFeedReader.shared().sessions().contains(sid));
        long took = System.nanoTime() - begun;
        var entry = RevocationFeedReader.shared().entries().stream()
                .filter(candidate -> sid.equals(candidate.getBody().get("sid"))).findFirst().orElseThrow();
        assertThat(Long.parseLong(entry.getBody().get("until"))).isGreaterThanOrEqualTo(exp + 60)
                .isLessThan(Instant.now().getEpochSecond() + 3600);
        return took;
    }

    /// Gateways may tolerate five minutes.
    @Test
    void tellsTheGatewaysForAsLongAsAClockMayBeWrong() {
        String over = noted("6 minutes");
        String within = noted("4 minutes");

        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> RevocationFeedReader.shared().sessions().contains(within));
        assertThat(RevocationFeedReader.shared().sessions()).doesNotContain(over);
    }

    private String noted(String ago) {
        UUID session = UUID.randomUUID();
        server.database().sql("INSERT INTO revocation (session_id, expires_at) VALUES (?, now() - CAST(? AS interval))")
                .param(session)
                .param(ago).update();
        return session.toString();
    }

    @Test
    void takesARefreshTokenInsteadOfAnExpiredAccessToken() {
        SignedIn someone = server.someone();

        Answer answer = server.post("/auth/logout", AuthServer.refresh(someone.refreshToken()), "Authorization",
                "Bearer " + new TestTokens(server).expired());

        assertThat(answer.status()).isEqualTo(204);
        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void takesTheCookieFromOwnPagesOnly() {
        SignedIn someone = server.someone();
        String cookie = "__Host-gatehouse_refresh=" + someone.refreshToken();

        Answer foreign = server.postEmpty("/auth/logout", "Cookie", cookie);
        assertThat(foreign.problem()).isEqualTo("403 access.denied");
        assertThat(foreign.header("Set-Cookie")).as("a foreign page signs nobody out").isEmpty();
        assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
        assertThat(server.postEmpty("/auth/logout", "Cookie", cookie, "Sec-Fetch-Site", "same-origin").status()).isEqualTo(204);
        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void isDoneOnceAndForAll() {
        SignedIn someone = server.someone();
        server.postEmpty("/auth/logout", someone.bearer());

        assertThat(server.post("/auth/logout", AuthServer.refresh(someone.refreshToken())).status()).isEqualTo(204);
        assertThat(server.postEmpty("/auth/logout", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        Answer nobody = server.post("/auth/logout");
        assertThat(nobody.problem()).isEqualTo("401 auth.missing");
        assertThat(nobody.header("Set-Cookie")).as("what a form of a foreign page gets").isEmpty();
    }

    @Test
    void logoutAllEndsEverySessionOfTheAccountAndNoOther() {
        SignedIn phone = server.someone();
        SignedIn laptop = server.login(phone.name());
        SignedIn other = server.someone();

        Answer all = server.postEmpty("/auth/logout-all", phone.bearer());
        assertThat(all.status()).isEqualTo(204);
        assertThat(all.header("Set-Cookie")).contains("__Host-gatehouse_refresh=;", "Max-Age=0");

        assertThat(server.get("/auth/me", phone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", laptop.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", other.bearer()).status()).isEqualTo(200);
    }
}
