package dev.gatehouse.auth;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox.Letter;
import dev.gatehouse.auth.database.TestHousekeeping;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.TestThrottle;

import static dev.gatehouse.auth.AuthServer.address;
import static dev.gatehouse.auth.AuthServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/// What people do with their accounts by themselves.
final class SelfServiceIT {

    private static final String NEW_PASSWORD = "Purple-otter-42";

    private final AuthServer server = AuthServer.shared();
    private final Mailbox mailbox = new Mailbox(server);

    @Test
    void verifiesTheAddressByTheLinkOfTheMail() {
        SignedIn someone = server.someone();
        Letter letter = mailbox.last(address(someone), "VERIFY_EMAIL");

        assertThat(server.get("/auth/email/verify?token=" + letter.token()).response().body()).contains("<form method=\"post\"");
        assertThat(me(someone, "email_verified")).as("opening the link changes nothing").isEqualTo("false");
        assertThat(server.post("/auth/email/verify", json("token", letter.token())).status()).isEqualTo(204);

        assertThat(me(someone, "email_verified")).isEqualTo("true");
        assertThat(server.post("/auth/email/verify", json("token", letter.token())).problem()).isEqualTo("400 proof.invalid");
    }

    @Test
    void verifiesTheAddressByTheCodeOfWhoeverIsSignedIn() {
        SignedIn someone = server.someone();
        SignedIn other = server.someone();
        String code = json("code", mailbox.last(address(someone), "VERIFY_EMAIL").code());

        assertThat(server.post("/auth/email/verify", code).problem()).isEqualTo("401 auth.missing");
        assertThat(server.post("/auth/email/verify", code, other.bearer()).problem()).isEqualTo("400 proof.invalid");
        assertThat(server.post("/auth/email/verify", code, someone.bearer()).status()).isEqualTo(204);
    }

    @Test
    void verifiesNothingOnceTheAddressIsAnother() {
        SignedIn someone = server.someone();
        Letter letter = mailbox.last(address(someone), "VERIFY_EMAIL");
        server.database().sql("UPDATE account SET email = 'x' || email, email_key = 'x' || email_key WHERE username_key = ?")
                .param(someone.name()).update();

        assertThat(server.post("/auth/email/verify", json("token", letter.token())).problem()).isEqualTo("400 proof.invalid");
    }

    @Test
    void sendsTheVerificationAgainOnceAMinute() {
        SignedIn someone = server.someone();

        assertThat(server.postEmpty("/auth/email/resend", someone.bearer()).status()).isEqualTo(202);
        assertThat(server.postEmpty("/auth/email/resend", someone.bearer()).status()).isEqualTo(202);

        assertThat(mailbox.to(address(someone))).hasSize(2);
    }

    @Test
    void resetsAForgottenPasswordByLinkAndEndsAllSessions() {
        SignedIn someone = server.someone();
        forgot(address(someone));
        Letter letter = mailbox.last(address(someone), "RESET_PASSWORD");

        assertThat(reset("token", letter.token()).status()).isEqualTo(204);

        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(signIn(someone, AuthServer.PASSWORD)).isEqualTo(401);
        assertThat(signIn(someone, NEW_PASSWORD)).isEqualTo(200);
        assertThat(mailbox.to(address(someone))).extracting(Letter::kind).contains("PASSWORD_CHANGED");
        assertThat(reset("token", letter.token()).problem()).isEqualTo("400 proof.invalid");
    }

    @Test
    void mailsTheCodesOfASignInAfterAResetHoweverManyAThiefHadMailed() {
        SignedIn someone = server.someone();
        mailbox.verify(someone);
        server.post("/auth/mfa/email", json("password", AuthServer.PASSWORD), someone.bearer());
        for (int mail = 0; mail < 5; mail++) {
            signIn(someone, AuthServer.PASSWORD);
            TestThrottle.letAMinutePass(server, "code:" + new TestAdmins(server).id(someone));
        }
        signIn(someone, AuthServer.PASSWORD);
        assertThat(signInCodes(someone)).as("five an hour").isEqualTo(5);

        forgot(address(someone));
        assertThat(reset("token", mailbox.last(address(someone), "RESET_PASSWORD").token()).status()).isEqualTo(204);

        assertThat(signIn(someone, NEW_PASSWORD)).isEqualTo(403);
        assertThat(signInCodes(someone)).isEqualTo(6);
    }

    @Test
    void tellsOnceThatAResetHasVerifiedTheAddress() {
        SignedIn someone = server.someone();
        for (int i = 0; i < 2; i++) {
            forgot(address(someone));
            assertThat(reset("token", mailbox.last(address(someone), "RESET_PASSWORD").token()).status()).isEqualTo(204);
            server.bean(Quotas.class).forgetMails(new TestAdmins(server).subject(someone));
        }

        assertThat(new TestAdmins(server).storyOf(someone)).filteredOn("user.password_changed -"::equals).hasSize(2);
        assertThat(new TestAdmins(server).storyOf(someone)).containsOnlyOnce("user.email_verified -");
    }

    @Test
    void resetsByCodeOnlyForWhoeverAsked() {
        SignedIn someone = server.someone();
        String id = forgot(address(someone));
        String code = mailbox.last(address(someone), "RESET_PASSWORD").code();

        assertThat(server.post("/auth/password/reset", json("request_id", UUID.randomUUID().toString(), "code", code, "password",
                NEW_PASSWORD)).problem()).isEqualTo("400 proof.invalid");
        assertThat(server.post("/auth/password/reset", json("code", code, "password", NEW_PASSWORD)).problem())
                .isEqualTo("400 proof.invalid");
        assertThat(server.post("/auth/password/reset", json("request_id", id, "code", code, "password", NEW_PASSWORD)).status())
                .isEqualTo(204);
    }

    @Test
    void givesFiveTriesForACode() {
        SignedIn someone = server.someone();
        String id = forgot(address(someone));
        String code = mailbox.last(address(someone), "RESET_PASSWORD").code();
        String wrong = code.startsWith("0") ? "1" + code.substring(1) : "0" + code.substring(1);

        for (int i = 0; i < 5; i++) {
            assertThat(
                    server.post("/auth/password/reset", json("request_id", id, "code", wrong, "password", NEW_PASSWORD)).status())
                    .isEqualTo(400);
        }
        for (String late : List.of(code, wrong, "x")) {
            assertThat(server.post("/auth/password/reset", json("request_id", id, "code", late, "password", NEW_PASSWORD))
                    .problem()).isEqualTo("400 proof.invalid");
        }

        assertThat(new TestAdmins(server).dataOf(someone, "user.login_failed")).as("one for each try that was spent").hasSize(5)
                .containsOnly("{\"method\": \"reset\", \"reason\": \"wrong_code\"}");
    }

    @Test
    void spendsNoTryOfOneAddressOnTheCodeOfTheOther() {
        SignedIn someone = verified();
        change(someone, "new." + address(someone));
        String code = mailbox.last(address(someone), "CHANGE_EMAIL_OLD").code();

        Answer half = server.post("/auth/email/change/confirm", json("code", code), someone.bearer());

        assertThat(half.text("status")).isEqualTo("waiting_for_other_address");
        assertThat(server.database()
                .sql("SELECT tries_left FROM proof WHERE purpose = 'CHANGE_EMAIL_NEW'"
                        + " AND account_id = (SELECT id FROM account WHERE username_key = ?)")
                .param(someone.name()).query(Integer.class).single()).isEqualTo(5);
    }

    @Test
    void usesALinkOnceHoweverManyTryAtTheSameMoment() throws Exception {
        SignedIn someone = server.someone();
        forgot(address(someone));
        String token = mailbox.last(address(someone), "RESET_PASSWORD").token();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> many = IntStream.range(0, 8)
                    .<Callable<Integer>>mapToObj(_ -> () -> reset("token", token).status()).toList();

            assertThat(threads.invokeAll(many)).extracting(Future::resultNow).containsOnlyOnce(204).containsOnly(204, 400);
        }
    }

    @Test
    void keepsTheLinkWhenTheNewPasswordIsRefused() {
        SignedIn someone = server.someone();
        forgot(address(someone));
        String token = mailbox.last(address(someone), "RESET_PASSWORD").token();

        Answer refused = server.post("/auth/password/reset", json("token", token, "password", "Password1"));

        assertThat(refused.json().path("errors").path(0).path("rule").asString()).isEqualTo("password.common");
        assertThat(reset("token", token).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"VERIFY_EMAIL, 86400", "RESET_PASSWORD, 900", "CHANGE_EMAIL_OLD, 3600", "CHANGE_EMAIL_NEW, 3600",
            "KEEP_ACCOUNT, 2592000"})
    void takesNoLinkAfterItsTime(String purpose, long seconds) {
        Asked asked = ask(purpose);
        assertThat(lifetime(asked, "token")).isEqualTo(seconds);
        assertThat(server.database()
                .sql("SELECT DISTINCT extract(epoch FROM expires_at - created_at)::bigint FROM mail_outbox WHERE kind = ?")
                .param(purpose.equals("KEEP_ACCOUNT") ? "DELETION_REQUESTED" : purpose).query(Long.class).list())
                .as("sending it is tried for").containsExactly(purpose.equals("KEEP_ACCOUNT") ? 172_800 : seconds);

        expire(asked, "token");

        assertThat(server.post(asked.path(), asked.body("token", asked.letter().token())).problem())
                .isEqualTo("400 proof.invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERIFY_EMAIL", "RESET_PASSWORD", "CHANGE_EMAIL_OLD", "CHANGE_EMAIL_NEW"})
    void takesNoCodeAfterItsTimeThoughTheLinkLivesOn(String purpose) {
        Asked asked = ask(purpose);
        assertThat(lifetime(asked, "code")).isEqualTo(600);

        expire(asked, "code");

        assertThat(server.post(asked.path(), asked.body("code", asked.letter().code()), asked.someone().bearer()).problem())
                .isEqualTo("400 proof.invalid");
        assertThat(server.post(asked.path(), asked.body("token", asked.letter().token())).status()).isBetween(200, 204);
    }

    @Test
    void answersAlikeWhoeverHasAnAccountAndHoweverOften() {
        SignedIn someone = server.someone();

        Answer known = server.post("/auth/password/forgot", json("email", address(someone)));
        Answer again = server.post("/auth/password/forgot", json("email", address(someone)));
        Answer unknown = server.post("/auth/password/forgot", json("email", "nobody.at.all@example.com"));

        assertThat(List.of(known, again, unknown)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().propertyNames()).containsExactly("request_id");
            assertThat(UUID.fromString(answer.text("request_id")).version()).isEqualTo(7);
        });
        assertThat(mailbox.to(address(someone))).filteredOn(letter -> letter.kind().equals("RESET_PASSWORD")).hasSize(1);
        assertThat(mailbox.to("nobody.at.all@example.com")).isEmpty();
    }

    @Test
    @Tag("slow")
    void mailsSomebodyForWhomAThousandResetsAreAskedNoMoreThanFiveTimes() throws Exception {
        SignedIn someone = server.someone();
        String json = json("email", address(someone));
        AtomicInteger left = new AtomicInteger(1000);
        Callable<List<Integer>> asking = () -> {
            List<Integer> statuses = new ArrayList<>();
            while (left.getAndDecrement() > 0) {
                statuses.add(server.post("/auth/password/forgot", json).status());
            }
            return statuses;
        };

        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Integer>> each : threads.invokeAll(Collections.nCopies(8, asking))) {
                statuses.addAll(each.get());
            }
        }

        assertThat(statuses).hasSize(1000).containsOnly(202);
        assertThat(mailbox.to(address(someone))).filteredOn(letter -> letter.kind().equals("RESET_PASSWORD")).hasSizeBetween(1,
                5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "..%2f..", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%3Cscript%3E"})
    void refusesLinksThatNobodySent(String token) {
        assertThat(server.get("/auth/email/verify?token=" + token).response().body()).doesNotContain("<script");
        assertThat(server.post("/auth/email/verify", json("token", token)).problem()).isEqualTo("400 proof.invalid");
        assertThat(reset("token", token).problem()).isEqualTo("400 proof.invalid");
    }

    @Test
    void refusesALinkForAnotherPurpose() {
        SignedIn someone = server.someone();

        assertThat(reset("token", mailbox.last(address(someone), "VERIFY_EMAIL").token()).problem())
                .isEqualTo("400 proof.invalid");
    }

    @Test
    void takesTheFormOfItsOwnPage() {
        SignedIn someone = server.someone();
        forgot(address(someone));
        String token = mailbox.last(address(someone), "RESET_PASSWORD").token();
        Answer page = server.get("/auth/password/reset?token=" + token);

        assertThat(page.response().body()).contains("name=\"password\"", token);
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Cache-Control")).contains("no-store");
        assertThat(form("/auth/password/reset", "token=" + token + "&password=Password1").response().body())
                .contains("most common");
        assertThat(form("/auth/password/reset",
                "token=" + token + "&password=" + URLEncoder.encode(NEW_PASSWORD, StandardCharsets.UTF_8))
                .status()).isEqualTo(200);
        assertThat(signIn(someone, NEW_PASSWORD)).isEqualTo(200);
    }

    @Test
    void tellsTheOwnerThatSomebodyRegisteredWithTheAddressAndLetsThemTakeItOver() {
        SignedIn hijacker = server.someone();

        assertThat(server.post("/auth/register", AuthServer.registration("real_" + hijacker.name(), address(hijacker))).status())
                .isEqualTo(201);
        Letter letter = mailbox.last(address(hijacker), "ACCOUNT_EXISTS");

        assertThat(letter.code()).as("could be typed nowhere").isEmpty();
        assertThat(reset("token", letter.token()).status()).isEqualTo(204);
        assertThat(server.get("/auth/me", hijacker.bearer()).status()).isEqualTo(401);
        assertThat(signIn(hijacker, AuthServer.PASSWORD)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "verification", "verify-email", "password-reset"})
    void forgetsTheAddressThatAHijackerAskedForOnceTheOwnerHasTheirs(String way) {
        SignedIn hijacker = server.someone();
        String foreign = "evil." + address(hijacker);
        change(hijacker, foreign);
        Letter letter = mailbox.last(foreign, "CHANGE_EMAIL_NEW");

        assertThat(takeOver(hijacker, way)).isBetween(200, 204);

        assertThat(confirm(letter).problem()).isEqualTo("400 proof.invalid");
        assertThat(server.database().sql("SELECT email FROM account WHERE username_key = ?").param(hijacker.name())
                .query(String.class).single()).isEqualTo(address(hijacker));
        assertThat(server.database()
                .sql("SELECT account_id FROM email_change WHERE account_id = :id UNION ALL"
                        + " SELECT account_id FROM proof WHERE account_id = :id AND purpose LIKE 'CHANGE_EMAIL%'")
                .param("id", new TestAdmins(server).id(hijacker)).query(UUID.class).list()).isEmpty();
    }

    @Test
    void changesThePasswordOfWhoeverKnowsItAndEndsTheOtherSessions() {
        SignedIn someone = server.someone();
        SignedIn elsewhere = server.login(someone.name());
        String wrong = json("current_password", "not this one", "new_password", NEW_PASSWORD);
        String right = json("current_password", AuthServer.PASSWORD, "new_password", NEW_PASSWORD);

        assertThat(server.post("/auth/password/change", wrong, someone.bearer()).problem()).isEqualTo("403 password.wrong");
        assertThat(new TestAdmins(server).dataOf(someone, "user.login_failed"))
                .containsExactly("{\"method\": \"reauthentication\", \"reason\": \"wrong_password\"}");
        assertThat(server.post("/auth/password/change", right).problem()).isEqualTo("401 auth.missing");
        assertThat(server.post("/auth/password/change", right, someone.bearer()).status()).isEqualTo(204);

        assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
        assertThat(server.get("/auth/me", elsewhere.bearer()).status()).isEqualTo(401);
        assertThat(signIn(someone, NEW_PASSWORD)).isEqualTo(200);
    }

    @Test
    void writesNothingDownForPasswordsThatNobodyLooksAtAfterAHundredWrongOnes() {
        SignedIn someone = server.someone();
        String session = server.get("/auth/sessions", someone.bearer()).json().path("sessions").path(0).path("id").asString();
        TestThrottle.pretendFailures(server, "session:" + session, 100);

        assertThat(server.post("/auth/password/change",
                json("current_password", AuthServer.PASSWORD, "new_password", NEW_PASSWORD), someone.bearer()).problem())
                .isEqualTo("403 password.wrong");

        assertThat(new TestAdmins(server).storyOf(someone)).doesNotContain("user.login_failed -");
    }

    @Test
    void changesThePasswordWhateverOthersGuessInTheSameNetwork() {
        String[] from = {"X-Forwarded-For", "100.64.77.200"};
        SignedIn someone = server.someone();
        String[] there = server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD), from)
                .text("access_token")
                .transform(token -> new String[]{"Authorization", "Bearer " + token});
        IntStream.range(1, 6).forEach(host -> TestThrottle.pretendFailuresFrom(server, "100.64.77." + host, 100));
        assertThat(server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD), from).status())
                .as("a sign-in from there").isEqualTo(429);

        assertThat(server.post("/auth/password/change",
                json("current_password", AuthServer.PASSWORD, "new_password", NEW_PASSWORD), there).status()).isEqualTo(204);
    }

    @Test
    void changesTheAddressOnceBothHaveConfirmed() {
        SignedIn someone = verified();
        String wanted = "new." + address(someone);
        change(someone, wanted);

        assertThat(confirm(mailbox.last(wanted, "CHANGE_EMAIL_NEW")).text("status")).isEqualTo("waiting_for_other_address");
        assertThat(me(someone, "email")).isEqualTo(address(someone));
        assertThat(confirm(mailbox.last(address(someone), "CHANGE_EMAIL_OLD")).text("status")).isEqualTo("changed");

        assertThat(me(someone, "email")).isEqualTo(wanted);
        assertThat(me(someone, "email_verified")).isEqualTo("true");
    }

    @Test
    void changesTheAddressOfAnotherAccountForNobody() {
        SignedIn owner = server.someone();
        SignedIn someone = verified();

        assertThat(change(someone, address(owner)).status()).as("the same as for a free one").isEqualTo(202);

        assertThat(confirm(mailbox.last(address(someone), "CHANGE_EMAIL_OLD")).text("status"))
                .isEqualTo("waiting_for_other_address");
        assertThat(mailbox.to(address(owner))).extracting(Letter::kind).contains("ADDRESS_WANTED")
                .doesNotContain("CHANGE_EMAIL_NEW", "ACCOUNT_EXISTS");
        assertThat(me(someone, "email")).isEqualTo(address(someone));
    }

    @Test
    void mailsOnceAMinuteToAnAddressThatManyAccountsWant() {
        String wanted = "wanted." + server.someone().name() + "@example.com";

        for (int i = 0; i < 3; i++) {
            assertThat(change(server.someone(), wanted).status()).isEqualTo(202);
        }

        assertThat(mailbox.to(wanted)).extracting(Letter::kind).containsExactly("CHANGE_EMAIL_NEW");
    }

    @Test
    void mailsAResetHoweverOftenOthersWantTheAddress() {
        SignedIn victim = server.someone();
        change(verified(), address(victim));
        server.post("/auth/register", AuthServer.registration("wants_" + victim.name(), address(victim)));
        assertThat(mailbox.to(address(victim))).extracting(Letter::kind)
                .containsExactly("VERIFY_EMAIL", "ADDRESS_WANTED", "ACCOUNT_EXISTS");

        change(verified(), address(victim));
        server.post("/auth/register", AuthServer.registration("more_" + victim.name(), address(victim)));
        forgot(address(victim));

        assertThat(mailbox.to(address(victim))).as("no more notices within the minute, but the reset").extracting(Letter::kind)
                .containsExactly("VERIFY_EMAIL", "ADDRESS_WANTED", "ACCOUNT_EXISTS", "RESET_PASSWORD");
        assertThat(reset("token", mailbox.last(address(victim), "RESET_PASSWORD").token()).status()).isEqualTo(204);
    }

    @Test
    void changesTheUsername() {
        SignedIn someone = server.someone();
        SignedIn other = server.someone();

        assertThat(patch(someone, json("username", other.name().toUpperCase(java.util.Locale.ROOT))).problem())
                .isEqualTo("409 account.username_taken");
        assertThat(patch(someone, json("username", "Re_" + someone.name())).text("username")).isEqualTo("Re_" + someone.name());
        assertThat(me(someone, "username")).isEqualTo("Re_" + someone.name());
    }

    @Test
    void tellsTheOwnerOfAnotherUsernameAndOfNoOther() {
        SignedIn someone = server.someone();
        String name = "re_" + someone.name();
        patch(someone, json("username", name));
        assertThat(mailbox.last(address(someone), "USERNAME_CHANGED").name()).isEqualTo(name);

        patch(someone, json("username", name));
        assertThat(mailbox.to(address(someone))).extracting(Letter::kind).containsOnlyOnce("USERNAME_CHANGED");
    }

    /// Whoever registers with a stranger's address may change passwords as often as they like.
    @Test
    void tellsAnAddressThatNobodyProvedTenTimesAnHourAndAProvedOneEachTime() {
        SignedIn stranger = server.someone();
        SignedIn owner = verified();

        assertThat(newsOfElevenPasswords(stranger)).isEqualTo(10);
        assertThat(newsOfElevenPasswords(owner)).isEqualTo(11);
    }

    private long newsOfElevenPasswords(SignedIn someone) {
        String password = AuthServer.PASSWORD;
        for (int i = 0; i < 11; i++) {
            String next = NEW_PASSWORD + i;
            assertThat(server
                    .post("/auth/password/change", json("current_password", password, "new_password", next), someone.bearer())
                    .status()).isEqualTo(204);
            password = next;
        }
        return mailbox.to(address(someone)).stream().filter(letter -> letter.kind().equals("PASSWORD_CHANGED")).count();
    }

    @Test
    void letsNobodyAskForAllTheNamesThereAre() {
        SignedIn someone = server.someone();
        String taken = json("username", server.someone().name());
        for (int i = 0; i < 10; i++) {
            assertThat(patch(someone, taken).problem()).isEqualTo("409 account.username_taken");
        }

        Answer refused = patch(someone, taken);

        assertThat(refused.problem()).isEqualTo("429 limit.exceeded");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"username\";q=1;w=360");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3500, 3600);
        assertThat(patch(someone, json("username", "re_" + someone.name())).status()).as("any name").isEqualTo(429);
        assertThat(patch(server.someone(), taken).status()).as("somebody else").isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({"roles, admin", "is_admin, true", "email_verified, true", "id, 7", "email, a@example.com"})
    void refusesToChangeWhatIsNotForTheOwnerToChange(String field, String value) {
        SignedIn someone = server.someone();

        assertThat(patch(someone, json(field, value)).problem()).isEqualTo("400 request.malformed");
        assertThat(me(someone, "roles")).isEqualTo("[\"user\"]");
    }

    // Fullwidth, Cyrillic, Kelvin sign, dotless i, IDN: none is the name it looks like, and none is taken.
    @ParameterizedTest
    @ValueSource(strings = {"ａlice_look", "аlice_look", "\u212Aalice_look", "al\u0131ce_look", "alice_look\u200B",
            "alice\u00ADlook"})
    void takesNoUsernameOrAddressThatLooksLikeAnother(String name) {
        assertThat(server.post("/auth/register", AuthServer.registration(name, "look@example.com")).problem())
                .isEqualTo("400 request.malformed");
        assertThat(server.post("/auth/register", AuthServer.registration("look_alike", name + "@example.com")).problem())
                .isEqualTo("400 request.malformed");
        assertThat(
                server.post("/auth/register", AuthServer.registration("look_alike", "look@" + name + ".example.com")).problem())
                .isEqualTo("400 request.malformed");
    }

    @Test
    void deletesTheAccountAfterTheGrace() {
        SignedIn someone = server.someone();
        assertThat(delete(someone, "not this one").problem()).isEqualTo("403 password.wrong");
        Answer deletion = delete(someone, AuthServer.PASSWORD);
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(Instant.parse(deletion.text("deletion_due_at"))).isCloseTo(Instant.now().plus(Duration.ofDays(14)),
                within(Duration.ofMinutes(1)));
        TestHousekeeping.run(server);
        assertThat(exists(someone)).as("within the grace").isTrue();
        assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(401);
        server.database().sql("UPDATE account SET deletion_due_at = now() - interval '1 second' WHERE username_key = ?")
                .param(someone.name()).update();

        TestHousekeeping.run(server);

        assertThat(exists(someone)).isFalse();
        assertThat(signIn(someone, AuthServer.PASSWORD)).isEqualTo(401);
        assertThat(server.post("/auth/register", AuthServer.registration(someone.name(), address(someone))).status())
                .isEqualTo(201);
    }

    @Test
    void showsWhenTheAccountWillBeGoneUntilItIsKept() {
        SignedIn someone = server.someone();
        assertThat(server.get("/auth/me", someone.bearer()).json().has("deletion_due_at")).as("before").isFalse();
        String due = delete(someone, AuthServer.PASSWORD).text("deletion_due_at");

        Answer back = server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD));
        String[] bearer = {"Authorization", "Bearer " + back.text("access_token")};

        assertThat(back.json().path("user").path("deletion_due_at").asString()).isEqualTo(due);
        assertThat(server.get("/auth/me", bearer).text("deletion_due_at")).isEqualTo(due);
        assertThat(server.get("/auth/account/export", bearer).json().path("user").path("deletion_due_at").asString())
                .isEqualTo(due);
        assertThat(server.postEmpty("/auth/account/keep", bearer).status()).isEqualTo(204);
        assertThat(server.get("/auth/me", bearer).json().has("deletion_due_at")).as("afterwards").isFalse();
    }

    @Test
    void keepsNothingByTheMailToAnAddressThatIsNotTheAccountsAnyMore() {
        SignedIn someone = server.someone();
        delete(someone, AuthServer.PASSWORD);
        String token = mailbox.last(address(someone), "DELETION_REQUESTED").token();
        server.database().sql("UPDATE account SET email = 'x' || email, email_key = 'x' || email_key WHERE username_key = ?")
                .param(someone.name()).update();

        assertThat(server.post("/auth/account/keep", json("token", token)).problem()).isEqualTo("400 proof.invalid");

        assertThat(deletionDue(someone)).hasSize(1);
    }

    @Test
    void keepsAnAccountWhoseOwnerChangesTheirMind() {
        SignedIn someone = server.someone();
        delete(someone, AuthServer.PASSWORD);

        assertThat(mailbox.last(address(someone), "DELETION_REQUESTED").code()).as("could be typed nowhere").isEmpty();
        assertThat(server.post("/auth/account/keep", json("token", mailbox.last(address(someone), "DELETION_REQUESTED").token()))
                .status())
                .isEqualTo(204);

        assertThat(server.postEmpty("/auth/account/keep", server.login(someone.name()).bearer()).problem())
                .isEqualTo("400 proof.invalid");
    }

    @Test
    void keepsAnAccountWhoseOwnerResetsThePasswordOfWhoeverWantedItGone() {
        SignedIn thief = server.someone();
        delete(thief, AuthServer.PASSWORD);
        forgot(address(thief));

        assertThat(reset("token", mailbox.last(address(thief), "RESET_PASSWORD").token()).status()).isEqualTo(204);

        assertThat(deletionDue(thief)).isEmpty();
        assertThat(new TestAdmins(server).storyOf(thief)).contains("user.deletion_cancelled -");
    }

    @Test
    void cancelsNoDeletionThatNobodyAskedFor() {
        SignedIn someone = server.someone();
        forgot(address(someone));

        assertThat(reset("token", mailbox.last(address(someone), "RESET_PASSWORD").token()).status()).isEqualTo(204);

        assertThat(new TestAdmins(server).storyOf(someone)).doesNotContain("user.deletion_cancelled -");
    }

    @Test
    void writesNothingDownForCodesThatSpendNoTry() {
        SignedIn someone = server.someone();
        String id = forgot(address(someone));

        for (String none : List.of("", "x", "1234567", "123456789")) {
            assertThat(server.post("/auth/password/reset", json("request_id", id, "code", none, "password", NEW_PASSWORD))
                    .problem()).isEqualTo("400 proof.invalid");
        }

        assertThat(new TestAdmins(server).storyOf(someone)).doesNotContain("user.login_failed -");
        assertThat(server.post("/auth/password/reset", json("request_id", id, "code",
                mailbox.last(address(someone), "RESET_PASSWORD").code(), "password", NEW_PASSWORD)).status()).isEqualTo(204);
    }

    @Test
    void exportsFiveTimesAnHour() {
        SignedIn someone = server.someone();
        for (int i = 0; i < 5; i++) {
            assertThat(server.get("/auth/account/export", someone.bearer()).status()).isEqualTo(200);
        }

        Answer refused = server.get("/auth/account/export", someone.bearer());

        assertThat(refused.problem()).isEqualTo("429 limit.exceeded");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"export\";q=1;w=720");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3500, 3600);
        assertThat(new TestAdmins(server).storyOf(someone)).filteredOn("user.exported -"::equals).hasSize(5);
    }

    @Test
    void namesDevicesSixtyTimesAnHour() {
        SignedIn someone = server.someone();
        String session = "/auth/sessions/" + sessionOf(someone);
        Supplier<Answer> rename = () -> server.send("PATCH", session, json("name", "Desk"), someone.bearer());
        for (int i = 0; i < 60; i++) {
            assertThat(rename.get().status()).isEqualTo(204);
        }

        Answer refused = rename.get();

        assertThat(refused.problem()).isEqualTo("429 limit.exceeded");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"device-name\";q=1;w=60");
        assertThat(new TestAdmins(server).storyOf(someone)).filteredOn("session.renamed -"::equals).hasSize(60);
    }

    @Test
    void exportsWhatIsKnownWithoutSecrets() {
        SignedIn someone = server.someone();

        Answer export = server.get("/auth/account/export", someone.bearer());

        assertThat(export.status()).isEqualTo(200);
        assertThat(export.json().propertyNames()).containsExactly("user", "second_factors", "sessions", "pending_email",
                "devices",
                "events", "events_complete");
        assertThat(export.json().path("pending_email").isNull()).isTrue();
        assertThat(export.json().path("events").toString()).contains("user.registered");
        assertThat(export.header("Content-Disposition")).contains("attachment");
        assertThat(export.response().body()).doesNotContain("argon2", "rt1_", "refresh_key");
    }

    @Test
    void countsOneChangeOfThePasswordOnce() {
        SignedIn someone = server.someone();
        String epoch = "SELECT session_epoch FROM account WHERE username_key = ?";
        int before = server.database().sql(epoch).param(someone.name()).query(Integer.class).single();

        server.post("/auth/password/change", json("current_password", AuthServer.PASSWORD, "new_password", NEW_PASSWORD),
                someone.bearer());

        assertThat(server.database().sql(epoch).param(someone.name()).query(Integer.class).single()).isEqualTo(before + 1);
    }

    @Test
    void exportsWhatWaitsAndWhatIsOver() {
        SignedIn someone = server.someone();
        String id = server.get("/auth/me", someone.bearer()).text("id");
        change(someone, "new." + address(someone));
        server.database().sql("INSERT INTO device (account_id, id, name) VALUES (?::uuid, gen_random_uuid(), 'Old phone')")
                .param(id)
                .update();

        Answer export = server.get("/auth/account/export", someone.bearer());

        assertThat(export.text("pending_email")).isEqualTo("new." + address(someone));
        assertThat(export.json().path("devices").path(0).path("name").asString()).isEqualTo("Old phone");
        assertThat(export.json().path("devices").path(0).path("named_at").asString()).isNotEmpty();
    }

    @Test
    void exportsTheNewestEventsAndSaysThatThereAreMore() {
        SignedIn someone = server.someone();
        String id = server.get("/auth/me", someone.bearer()).text("id");
        assertThat(server.get("/auth/account/export", someone.bearer()).json().path("events_complete").asBoolean()).isTrue();
        server.database()
                .sql("""
                        INSERT INTO outbox (id, type, outcome, subject, sequence, data, occurred_at)
                        SELECT gen_random_uuid(), 'user.login_failed', 'failure', ?::uuid, 100 + i, '{}', now() FROM generate_series(1, 10000) AS i""")
                .param(id).update();

        Answer export = server.get("/auth/account/export", someone.bearer());

        assertThat(export.json().path("events")).hasSize(10_000);
        assertThat(export.json().path("events").toString()).doesNotContain("user.registered");
        assertThat(export.json().path("events_complete").asBoolean()).isFalse();
    }

    @Test
    void exportsWhatCameOfAnEventAndWhy() {
        SignedIn someone = server.someone();
        server.post("/auth/password/change", json("current_password", "not this one", "new_password", NEW_PASSWORD),
                someone.bearer());

        JsonNode failed = server.get("/auth/account/export", someone.bearer()).json().path("events").valueStream()
                .filter(event -> event.path("type").asString().equals("user.login_failed")).findFirst().orElseThrow();

        assertThat(failed.propertyNames()).containsExactly("type", "outcome", "time", "session_id", "data", "address",
                "user_agent");
        assertThat(failed.path("outcome").asString()).isEqualTo("failure");
        assertThat(failed.path("data").path("reason").asString()).isEqualTo("wrong_password");
        assertThat(failed.path("session_id").asString()).isEqualTo(sessionOf(someone));
    }

    @Test
    void exportsWhatSomebodyDamagedAsItIs() {
        try (AuthServer other = AuthServer.start(AuthServer.environment())) {
            SignedIn someone = other.someone();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> other.database().sql("SELECT count(*) FROM outbox WHERE audited_at IS NULL")
                            .query(Integer.class).single() == 0);
            other.database().sql("ALTER TABLE audit_log DISABLE TRIGGER ALL").update();
            other.database().sql("UPDATE audit_log SET data = '{' WHERE type = 'user.registered'").update();

            JsonNode events = other.get("/auth/account/export", someone.bearer()).json().path("events");

            assertThat(events.valueStream().filter(event -> event.path("type").asString().equals("user.registered")))
                    .singleElement().satisfies(event -> assertThat(event.path("data").asString()).isEqualTo("{"));
        }
    }

    private String sessionOf(SignedIn someone) {
        return server.get("/auth/sessions", someone.bearer()).json().path("sessions").path(0).path("id").asString();
    }

    /// A mail that proves something, asked for.
    private Asked ask(String purpose) {
        SignedIn someone = purpose.equals("VERIFY_EMAIL") ? server.someone() : verified();
        return switch (purpose) {
            case "VERIFY_EMAIL" ->
                new Asked(someone, purpose, "/auth/email/verify", mailbox.last(address(someone), purpose), List.of());
            case "RESET_PASSWORD" -> {
                String id = forgot(address(someone));
                yield new Asked(someone, purpose, "/auth/password/reset", mailbox.last(address(someone), purpose),
                        List.of("password", NEW_PASSWORD, "request_id", id));
            }
            case "KEEP_ACCOUNT" -> {
                delete(someone, AuthServer.PASSWORD);
                yield new Asked(someone, purpose, "/auth/account/keep", mailbox.last(address(someone), "DELETION_REQUESTED"),
                        List.of());
            }
            default -> {
                change(someone, "new." + address(someone));
                String to = purpose.equals("CHANGE_EMAIL_NEW") ? "new." + address(someone) : address(someone);
                yield new Asked(someone, purpose, "/auth/email/change/confirm", mailbox.last(to, purpose), List.of());
            }
        };
    }

    /// What makes it the account of whoever reads its address.
    private int takeOver(SignedIn hijacker, String way) {
        return switch (way) {
            case "reset" -> {
                forgot(address(hijacker));
                yield reset("token", mailbox.last(address(hijacker), "RESET_PASSWORD").token()).status();
            }
            case "verification" -> server.post("/auth/email/verify",
                    json("token", mailbox.last(address(hijacker), "VERIFY_EMAIL").token())).status();
            default -> {
                TestAdmins people = new TestAdmins(server);
                yield server.postEmpty("/auth/admin/users/" + people.id(hijacker) + "/" + way,
                        people.signedInWith("{user,admin}").bearer()).status();
            }
        };
    }

    private long lifetime(Asked asked, String what) {
        return server.database()
                .sql("SELECT extract(epoch FROM " + what + "_expires_at - created_at)::bigint FROM proof WHERE purpose = ?"
                        + " AND account_id = (SELECT id FROM account WHERE username_key = ?)")
                .params(asked.purpose(), asked.someone().name()).query(Long.class).single();
    }

    private void expire(Asked asked, String what) {
        server.database().sql("UPDATE proof SET " + what + "_expires_at = now() - interval '1 second' WHERE purpose = ?"
                + " AND account_id = (SELECT id FROM account WHERE username_key = ?)")
                .params(asked.purpose(), asked.someone().name()).update();
    }

    private SignedIn verified() {
        SignedIn someone = server.someone();
        server.post("/auth/email/verify", json("token", mailbox.last(address(someone), "VERIFY_EMAIL").token()));
        return someone;
    }

    private Answer change(SignedIn someone, String wanted) {
        return server.post("/auth/email/change", json("email", wanted, "password", AuthServer.PASSWORD), someone.bearer());
    }

    private Answer confirm(Letter letter) {
        return server.post("/auth/email/change/confirm", json("token", letter.token()));
    }

    private String forgot(String email) {
        return server.post("/auth/password/forgot", json("email", email)).text("request_id");
    }

    private Answer reset(String name, String value) {
        return server.post("/auth/password/reset", json(name, value, "password", NEW_PASSWORD));
    }

    private Answer patch(SignedIn someone, String body) {
        return server.send("PATCH", "/auth/profile", body, someone.bearer());
    }

    private List<String> deletionDue(SignedIn someone) {
        return server.database()
                .sql("SELECT deletion_due_at::text FROM account WHERE username_key = ? AND deletion_due_at IS NOT NULL")
                .param(someone.name()).query(String.class).list();
    }

    private long signInCodes(SignedIn someone) {
        return mailbox.to(address(someone)).stream().filter(letter -> letter.kind().equals("SIGN_IN_CODE")).count();
    }

    private boolean exists(SignedIn someone) {
        return server.database().sql("SELECT EXISTS (SELECT FROM account WHERE username_key = ?)").param(someone.name())
                .query(Boolean.class).single();
    }

    private Answer delete(SignedIn someone, String password) {
        return server.send("DELETE", "/auth/account", json("password", password), someone.bearer());
    }

    private Answer form(String path, String body) {
        return server.send(server.request(path, "Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private int signIn(SignedIn someone, String password) {
        return server.post("/auth/login", AuthServer.login(someone.name(), password)).status();
    }

    private String me(SignedIn someone, String field) {
        var value = server.get("/auth/me", someone.bearer()).json().path(field);
        return value.isString() ? value.asString() : value.toString();
    }

    /// Somebody who asked for a mail, and where its proof is shown, with what beside it.
    private record Asked(SignedIn someone, String purpose, String path, Letter letter, List<String> beside) {

        String body(String name, String value) {
            List<String> all = new ArrayList<>(List.of(name, value));
            all.addAll(beside);
            return json(all.toArray(new String[0]));
        }
    }
}
