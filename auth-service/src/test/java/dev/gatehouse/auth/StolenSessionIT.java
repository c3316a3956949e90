package dev.gatehouse.auth;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.throttle.TestThrottle;

import static org.assertj.core.api.Assertions.assertThat;

/// Somebody has stolen a session, wants to keep the account, and guesses the password that this needs.
final class StolenSessionIT {

    private static final AuthServer SERVER = AuthServer.shared();

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            POST;   /auth/step-up;            {"password":"%s"}
            POST;   /auth/password/change;    {"current_password":"%s","new_password":"Purple-otter-42"}
            POST;   /auth/email/change;       {"email":"evil.%2$s@example.com","password":"%s"}
            POST;   /auth/mfa/totp;           {"password":"%s"}
            POST;   /auth/mfa/email;          {"password":"%s"}
            DELETE; /auth/mfa/totp;           {"password":"%s","method":"totp","code":"000000"}
            DELETE; /auth/mfa/email;          {"password":"%s","method":"email","code":"00000000"}
            POST;   /auth/mfa/recovery-codes; {"password":"%s","method":"totp","code":"000000"}
            DELETE; /auth/account;            {"password":"%s"}
            """)
    void slowsDownWhoeverGuessesWithinItAndThenLooksAtNothing(String method, String path, String body) {
        SignedIn owner = SERVER.someone();
        SignedIn thief = SERVER.login(owner.name());
        String right = body.formatted(AuthServer.PASSWORD, owner.name());

        assertThat(send(thief, method, path, body.formatted("a guess", owner.name())).problem()).isEqualTo("403 password.wrong");
        assertThat(TestThrottle.failures(SERVER, subject(thief))).isEqualTo(1);
        TestThrottle.pretendGuesses(SERVER, subject(thief), 7);
        Answer slowed = send(thief, method, path, right);
        assertThat(slowed.problem()).as("the right one, too soon").isEqualTo("429 limit.exceeded");
        assertThat(Integer.parseInt(slowed.header("Retry-After"))).isBetween(11, 15);
        assertThat(slowed.header("RateLimit")).startsWith("\"password\";r=0;");
        TestThrottle.pretendFailures(SERVER, subject(thief), 100);

        assertThat(send(thief, method, path, right).problem()).as("the right one, after a hundred")
                .isEqualTo("403 password.wrong");
    }

    @Test
    void keepsTheOwnerOutOfItInTheirOwnSessionAndWhenTheySignIn() {
        SignedIn owner = SERVER.someone();
        SignedIn thief = SERVER.login(owner.name());
        TestThrottle.pretendFailures(SERVER, subject(thief), 100);
        assertThat(send(thief, "POST", "/auth/step-up", password()).problem()).isEqualTo("403 password.wrong");

        assertThat(send(owner, "POST", "/auth/step-up", password()).status()).isEqualTo(200);
        assertThat(send(SERVER.login(owner.name()), "POST", "/auth/step-up", password()).status()).isEqualTo(200);
        assertThat(SERVER.delete("/auth/sessions", owner.bearer()).status()).isEqualTo(204);
        assertThat(send(thief, "POST", "/auth/step-up", password()).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void forgetsWhatWasMistypedOnceThePasswordIsRight() {
        SignedIn owner = SERVER.someone();
        for (int i = 0; i < 3; i++) {
            send(owner, "POST", "/auth/step-up", password().replace(AuthServer.PASSWORD, "mistyped"));
        }
        assertThat(TestThrottle.failures(SERVER, subject(owner))).isEqualTo(3);

        assertThat(send(owner, "POST", "/auth/step-up", password()).status()).isEqualTo(200);

        assertThat(TestThrottle.failures(SERVER, subject(owner))).isZero();
    }

    private static String password() {
        return AuthServer.json("password", AuthServer.PASSWORD);
    }

    private static String subject(SignedIn someone) {
        return "session:" + SERVER.get("/auth/verify-token", someone.bearer()).text("sid");
    }

    private static Answer send(SignedIn someone, String method, String path, String body) {
        return SERVER.send(method, path, body, someone.bearer());
    }
}
