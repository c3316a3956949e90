package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static dev.gatehouse.auth.AuthServer.address;
import static dev.gatehouse.auth.AuthServer.json;
import static org.assertj.core.api.Assertions.assertThat;

/// Whoever adds a second factor has shown that they read the address, and have what was asked for before: otherwise the owner of the address would
/// be asked for what somebody else has, and no reset would help.
final class FactorOwnersIT {

    private static final String NEW_PASSWORD = "Purple-otter-42";
    private static final AuthServer SERVER = AuthServer.shared();
    private static final Mailbox MAILBOX = new Mailbox(SERVER);

    @ParameterizedTest
    @ValueSource(strings = {"totp", "email"})
    void addsNoneForAnAddressThatNobodyReads(String factor) {
        SignedIn someone = SERVER.someone();

        assertThat(add(someone, factor).problem()).isEqualTo("409 email.unverified");
    }

    @ParameterizedTest
    @ValueSource(strings = {"totp", "email"})
    void addsNoneWhereTheReaderOfTheAddressHasOpenedALinkUntilTheCodeIsTypedInASession(String factor) {
        SignedIn someone = SERVER.someone();
        openLink(someone);
        assertThat(SERVER.get("/auth/me", someone.bearer()).json().path("email_verified").asBoolean()).isTrue();

        assertThat(add(someone, factor).problem()).isEqualTo("409 email.unverified");

        assertThat(SERVER.postEmpty("/auth/email/resend", someone.bearer()).status()).isEqualTo(202);
        MAILBOX.verify(someone);
        assertThat(add(someone, factor).status()).isBetween(200, 204);
        assertThat(SERVER.postEmpty("/auth/email/resend", someone.bearer()).status()).isEqualTo(202);
        assertThat(MAILBOX.to(address(someone))).extracting(Mailbox.Letter::kind).as("no more of them")
                .filteredOn("VERIFY_EMAIL"::equals).hasSize(2);
    }

    @Test
    void addsOneForWhoeverChoseThePasswordByMail() {
        SignedIn someone = SERVER.someone();
        reset(address(someone));
        SignedIn owner = signIn(someone, NEW_PASSWORD);

        assertThat(begin(owner, json("password", NEW_PASSWORD)).status()).isEqualTo(200);
    }

    @Test
    void confirmsNoAppThatWasBegunUnderAnotherAddress() {
        SignedIn hijacker = SERVER.someone();
        MAILBOX.verify(hijacker);
        String secret = begin(hijacker, json("password", AuthServer.PASSWORD)).text("secret");
        String victim = "victim." + address(hijacker);
        askFor(hijacker, victim);
        assertThat(confirmByLink(victim, "NEW").text("status")).isEqualTo("waiting_for_other_address");
        assertThat(confirmByLink(address(hijacker), "OLD").text("status")).isEqualTo("changed");

        assertThat(confirmApp(hijacker, secret).problem()).isEqualTo("409 email.unverified");

        reset(victim);
        assertThat(signIn(hijacker, NEW_PASSWORD).accessToken()).as("the password alone").isNotEmpty();
    }

    @Test
    void takesAppsOfNobodyAlongToAnAddressWhoseReaderHasOpenedALink() {
        SignedIn hijacker = SERVER.someone();
        String victim = "victim." + address(hijacker);
        enrol(hijacker);
        askFor(hijacker, victim);

        assertThat(confirmByLink(victim, "NEW").problem()).isEqualTo("409 email.unverified");
        Answer page = SERVER
                .send(SERVER.request("/auth/email/change/confirm", "Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("token=" + MAILBOX.last(victim, "CHANGE_EMAIL_NEW").token())));
        assertThat(page.status()).isEqualTo(409);
        assertThat(page.response().body()).contains("type the code");
        assertThat(confirmByLink(address(hijacker), "OLD").text("status")).isEqualTo("waiting_for_other_address");
        assertThat(email(hijacker)).isEqualTo(address(hijacker));

        assertThat(SERVER.post("/auth/email/change/confirm", json("code", MAILBOX.last(victim, "CHANGE_EMAIL_NEW").code()),
                hijacker.bearer()).text("status")).as("typed by whoever is signed in").isEqualTo("changed");
    }

    @Test
    void takesNoneAlongThatWasAddedSinceTheLinkWasOpened() {
        SignedIn hijacker = SERVER.someone();
        MAILBOX.verify(hijacker);
        String victim = "victim." + address(hijacker);
        askFor(hijacker, victim);
        assertThat(confirmByLink(victim, "NEW").text("status")).isEqualTo("waiting_for_other_address");
        String secret = begin(hijacker, json("password", AuthServer.PASSWORD)).text("secret");
        assertThat(confirmApp(hijacker, secret).status()).isEqualTo(200);

        assertThat(confirmByLink(address(hijacker), "OLD").problem()).isEqualTo("409 email.unverified");

        assertThat(email(hijacker)).isEqualTo(address(hijacker));
    }

    @Test
    void putsAnAppInThePlaceOfMailedCodesOnlyWithOneOfThem() {
        SignedIn someone = SERVER.someone();
        MAILBOX.verify(someone);
        assertThat(add(someone, "email").status()).isEqualTo(204);

        Answer passwordAlone = begin(someone, json("password", AuthServer.PASSWORD));
        assertThat(passwordAlone.problem()).isEqualTo("400 request.malformed");
        assertThat(passwordAlone.json().path("errors").path(0).path("pointer").asString()).isEqualTo("/code");
        assertThat(SERVER.postEmpty("/auth/mfa/email/code", someone.bearer()).status()).isEqualTo(202);
        String code = MAILBOX.last(address(someone), "SIGN_IN_CODE").code();
        assertThat(begin(someone, json("password", "wrong one", "method", "email", "code", code)).problem())
                .isEqualTo("403 password.wrong");
        assertThat(begin(someone, json("password", AuthServer.PASSWORD, "method", "totp", "code", code)).problem())
                .isEqualTo("403 code.wrong");
        assertThat(begin(someone, json("password", AuthServer.PASSWORD, "method", "email", "code",
                code.equals("00000000") ? "11111111" : "00000000")).problem()).isEqualTo("403 code.wrong");
        assertThat(SERVER.database().sql("SELECT account_id FROM totp_enrolment WHERE account_id = ?")
                .param(new TestAdmins(SERVER).id(someone)).query(UUID.class).list()).isEmpty();

        Answer begun = begin(someone, json("password", AuthServer.PASSWORD, "method", "email", "code", code));

        assertThat(begun.status()).as(begun.toString()).isEqualTo(200);
        assertThat(confirmApp(someone, begun.text("secret")).status()).isEqualTo(200);
    }

    private static void enrol(SignedIn someone) {
        MAILBOX.verify(someone);
        assertThat(confirmApp(someone, begin(someone, json("password", AuthServer.PASSWORD)).text("secret")).status())
                .isEqualTo(200);
    }

    private static Answer add(SignedIn someone, String factor) {
        return SERVER.post("/auth/mfa/" + factor, json("password", AuthServer.PASSWORD), someone.bearer());
    }

    private static Answer begin(SignedIn someone, String body) {
        return SERVER.post("/auth/mfa/totp", body, someone.bearer());
    }

    private static Answer confirmApp(SignedIn someone, String secret) {
        return SERVER.post("/auth/mfa/totp/confirm", json("code", TestApp.code(secret, 0)), someone.bearer());
    }

    private static void openLink(SignedIn someone) {
        assertThat(SERVER.post("/auth/email/verify", json("token", MAILBOX.last(address(someone), "VERIFY_EMAIL").token()))
                .status()).isEqualTo(204);
    }

    private static void askFor(SignedIn someone, String wanted) {
        assertThat(SERVER.post("/auth/email/change", json("email", wanted, "password", AuthServer.PASSWORD), someone.bearer())
                .status()).isEqualTo(202);
    }

    private static Answer confirmByLink(String address, String which) {
        return SERVER.post("/auth/email/change/confirm", json("token", MAILBOX.last(address, "CHANGE_EMAIL_" + which).token()));
    }

    private static void reset(String address) {
        SERVER.post("/auth/password/forgot", json("email", address));
        assertThat(SERVER.post("/auth/password/reset",
                json("token", MAILBOX.last(address, "RESET_PASSWORD").token(), "password", NEW_PASSWORD)).status())
                .isEqualTo(204);
    }

    private static SignedIn signIn(SignedIn someone, String password) {
        Answer in = SERVER.post("/auth/login", AuthServer.login(someone.name(), password));
        assertThat(in.status()).as(in.toString()).isEqualTo(200);
        return new SignedIn(someone.name(), in.text("access_token"), in.text("refresh_token"));
    }

    private static String email(SignedIn someone) {
        return SERVER.get("/auth/me", someone.bearer()).text("email");
    }
}
