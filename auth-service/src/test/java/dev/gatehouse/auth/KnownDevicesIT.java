package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox.Letter;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.TestThrottle;

import static dev.gatehouse.auth.AuthServer.address;
import static dev.gatehouse.auth.AuthServer.json;
import static org.assertj.core.api.Assertions.assertThat;

/// Somebody had the password for an hour, signed in often and kept the cookies. Strangers guess so much that they are not heard any more,
/// so who gets in is known.
final class KnownDevicesIT {

    private static final String NEW_PASSWORD = "Purple-otter-42";
    private static final AuthServer SERVER = AuthServer.shared();
    private static final Mailbox MAILBOX = new Mailbox(SERVER);

    @ParameterizedTest
    @ValueSource(strings = {"reset", "page", "change", "app", "mail"})
    void forgetsAllDevicesButTheOneOnWhichTheOwnerActs(String what) {
        SignedIn owner = SERVER.someone();
        String[] stolen = {signIn(owner, AuthServer.PASSWORD).device(), signIn(owner, AuthServer.PASSWORD).device()};
        Answer home = signIn(owner, AuthServer.PASSWORD);

        Answer acted = act(what, new SignedIn(owner.name(), home.text("access_token"), ""), home.device());

        assertThat(acted.status()).as(acted.toString()).isBetween(200, 204);
        String password = List.of("app", "mail").contains(what) ? AuthServer.PASSWORD : NEW_PASSWORD;
        String known = password.equals(NEW_PASSWORD) ? "200 " : "403 login.second_factor";
        TestThrottle.pretendFailures(SERVER, new TestAdmins(SERVER).subject(owner), 100);
        assertThat(signIn(owner, password, "Cookie", acted.device()).problem()).isEqualTo(known);
        assertThat(List.of(stolen[0], stolen[1], home.device())).allSatisfy(
                cookie -> assertThat(signIn(owner, password, "Cookie", cookie).problem()).isEqualTo("401 login.failed"));
    }

    @Test
    void tellsTheOwnerOfADeviceFromBeforeTheReset() {
        SignedIn owner = SERVER.someone();
        String stolen = signIn(owner, AuthServer.PASSWORD).device();
        String kept = act("reset", owner, stolen).device();
        assertThat(signIn(owner, NEW_PASSWORD, "Cookie", kept).status()).isEqualTo(200);
        long told = newDevices(owner);
        SERVER.bean(Quotas.class).forgetMails("device:" + new TestAdmins(SERVER).id(owner));

        assertThat(signIn(owner, NEW_PASSWORD, "Cookie", stolen).status()).isEqualTo(200);

        assertThat(newDevices(owner)).isEqualTo(told + 1);
    }

    @Test
    void makesTheBrowserKnownInWhichSomebodyResetsThePassword() {
        SignedIn owner = SERVER.someone();

        String device = act("reset", owner, "no=cookie").device();

        TestThrottle.pretendFailures(SERVER, new TestAdmins(SERVER).subject(owner), 100);
        assertThat(signIn(owner, NEW_PASSWORD).status()).isEqualTo(401);
        assertThat(signIn(owner, NEW_PASSWORD, "Cookie", device).status()).isEqualTo(200);
    }

    @Test
    void tellsTheOwnerOnceOfTenFailuresOnDevicesThatAreKnown() {
        SignedIn owner = SERVER.someone();
        String one = signIn(owner, AuthServer.PASSWORD).device();
        String another = signIn(owner, AuthServer.PASSWORD).device();

        List<Integer> guesses = IntStream.range(0, 12)
                .mapToObj(i -> signIn(owner, "guess number " + i, "Cookie", i % 2 == 0 ? one : another).status()).toList();

        assertThat(guesses).containsOnly(401);
        assertThat(new TestAdmins(SERVER).dataOf(owner, "user.locked_untrusted"))
                .containsExactly("{\"reason\": \"known_device\"}");
        assertThat(MAILBOX.to(address(owner))).extracting(Letter::kind).containsOnlyOnce("LOCKED");
    }

    private static Answer act(String what, SignedIn owner, String cookie) {
        String[] headers = {"Authorization", "Bearer " + owner.accessToken(), "Cookie", cookie};
        return switch (what) {
            case "reset" -> SERVER.post("/auth/password/reset", json("token", resetToken(owner), "password", NEW_PASSWORD),
                    "Cookie", cookie);
            case "page" -> SERVER.send(SERVER.request("/auth/password/reset", "Cookie", cookie)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("token=" + resetToken(owner) + "&password=" + NEW_PASSWORD)));
            case "change" -> SERVER.post("/auth/password/change",
                    json("current_password", AuthServer.PASSWORD, "new_password", NEW_PASSWORD), headers);
            case "app" -> {
                MAILBOX.verify(owner);
                String secret = SERVER.post("/auth/mfa/totp", json("password", AuthServer.PASSWORD), headers).text("secret");
                yield SERVER.post("/auth/mfa/totp/confirm", json("code", TestApp.code(secret, 0)), headers);
            }
            default -> {
                MAILBOX.verify(owner);
                yield SERVER.post("/auth/mfa/email", json("password", AuthServer.PASSWORD), headers);
            }
        };
    }

    private static String resetToken(SignedIn owner) {
        SERVER.post("/auth/password/forgot", json("email", address(owner)));
        return MAILBOX.last(address(owner), "RESET_PASSWORD").token();
    }

    private static Answer signIn(SignedIn owner, String password, String... headers) {
        String[] all = Stream.concat(Stream.of("X-Forwarded-For", "203.0.116.1"), Arrays.stream(headers)).toArray(String[]::new);
        return SERVER.post("/auth/login", AuthServer.login(owner.name(), password), all);
    }

    private static long newDevices(SignedIn owner) {
        return MAILBOX.to(address(owner)).stream().filter(letter -> letter.kind().equals("NEW_DEVICE")).count();
    }
}
