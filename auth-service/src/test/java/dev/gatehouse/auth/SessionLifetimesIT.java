package dev.gatehouse.auth;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

/// Fourteen days without a refresh, and ninety at most; thirty for administrators.
final class SessionLifetimesIT {

    private static final AuthServer SERVER = AuthServer.shared();

    private final TestAdmins people = new TestAdmins(SERVER);

    @ParameterizedTest
    @CsvSource({"{user}, 90", "'{user,admin}', 30", "'{user,support}', 90"})
    void lastsForSoLongFromTheSignInOn(String roles, int days) {
        SignedIn someone = people.signedInWith(roles);

        assertThat(length(someone, "idle_expires_at - created_at")).isEqualTo(Duration.ofDays(14));
        assertThat(length(someone, "absolute_expires_at - created_at")).isEqualTo(Duration.ofDays(days));
    }

    @ParameterizedTest
    @CsvSource({"{user}, 0, 14, 90", "'{user,admin}', 0, 14, 30", "{user}, 80, 10, 90", "'{user,admin}', 20, 10, 30"})
    void lastsFromEachRefreshOnButNoLongerThanThatInAll(String roles, int age, int left, int days) {
        SignedIn someone = people.signedInWith(roles);
        letPass(someone, age);

        assertThat(refresh(someone).status()).isEqualTo(200);

        assertThat(length(someone, "idle_expires_at - last_used_at")).isBetween(Duration.ofDays(left).minusMinutes(5),
                Duration.ofDays(left));
        assertThat(length(someone, "absolute_expires_at - created_at")).isEqualTo(Duration.ofDays(days));
    }

    @Test
    void lastsNoLongerThanOtherAdministratorsForWhoBecomesOne() {
        SignedIn promoted = promoted(20);

        assertThat(refresh(promoted).status()).isEqualTo(200);

        assertThat(length(promoted, "idle_expires_at - created_at")).isEqualTo(Duration.ofDays(30));
        assertThat(length(promoted, "absolute_expires_at - created_at")).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void endsAtOnceWhereThatIsOver() {
        SignedIn promoted = promoted(31);

        assertThat(SERVER.get("/auth/me", promoted.bearer()).status()).isEqualTo(401);
        assertThat(refresh(promoted).problem()).isEqualTo("401 auth.expired");
    }

    /// {@return somebody who signed in so many days ago, and has just been made an administrator}
    private SignedIn promoted(int days) {
        SignedIn someone = SERVER.someone();
        letPass(someone, days);
        assertThat(SERVER.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
        return people.changed(someone, "roles = '{user,admin}'");
    }

    /// As if the session had begun so many days earlier, and was refreshed since.
    private void letPass(SignedIn someone, int days) {
        SERVER.database().sql("""
                UPDATE session SET created_at = created_at - make_interval(days => :days),
                	absolute_expires_at = absolute_expires_at - make_interval(days => :days)
                WHERE account_id = :account""").param("days", days).param("account", people.id(someone)).update();
    }

    private Duration length(SignedIn someone, String what) {
        UUID session = UUID.fromString(SERVER.get("/auth/verify-token", someone.bearer()).text("sid"));
        return Duration.ofMillis(SERVER.database().sql("SELECT (extract(epoch FROM " + what + ") * 1000)::bigint FROM session"
                + " WHERE id = ?").param(session).query(Long.class).single());
    }

    private static Answer refresh(SignedIn someone) {
        return SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
    }
}
