package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox.Letter;

import static org.assertj.core.api.Assertions.assertThat;

/// How the first administrator comes to be, and the last one stays; a story, told on a database that begins without any.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FirstAdminIT {

    private static final String EMAIL = "Root@Example.com";

    private static AuthServer server;
    private static TestAdmins people;
    private static Mailbox mailbox;

    @BeforeAll
    static void start() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_ADMIN_EMAIL", "root@example.COM");
        environment.put("GATEHOUSE_DIAGNOSTICS", "on");
        server = AuthServer.start(environment);
        people = new TestAdmins(server);
        mailbox = new Mailbox(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// The owner of the address, who expects a mail, confirms what somebody else registered.
    @Test
    @Order(1)
    void makesNoAdministratorOfWhoeverRegisteredFirstWithTheAddress() {
        assertThat(server.post("/auth/register", AuthServer.registration("intruder", EMAIL)).status()).isEqualTo(201);
        Letter letter = mailbox.last(EMAIL, "VERIFY_EMAIL");

        assertThat(server.post("/auth/email/verify", "{\"token\":\"" + letter.token() + "\"}").status()).isEqualTo(204);

        assertThat(isAdmin("intruder")).isFalse();
    }

    @Test
    @Order(2)
    void makesNoAdministratorOfAnotherAddress() {
        SignedIn other = server.someone();
        String code = mailbox.last(other.name() + "@example.com", "VERIFY_EMAIL").code();

        assertThat(server.post("/auth/email/verify", "{\"code\":\"" + code + "\"}", other.bearer()).status()).isEqualTo(204);

        assertThat(isAdmin(other.name())).isFalse();
    }

    @Test
    @Order(3)
    void makesAnAdministratorOfWhoeverReadsTheAddressAndChoosesThePassword() {
        server.post("/auth/password/forgot", "{\"email\":\"" + EMAIL + "\"}");
        Letter letter = mailbox.last(EMAIL, "RESET_PASSWORD");

        assertThat(server.post("/auth/password/reset", """
                {"token":"%s","password":"Purple-otter-42"}""".formatted(letter.token())).status()).isEqualTo(204);

        assertThat(isAdmin("intruder")).as("now the owner's account").isTrue();
        assertThat(server.post("/auth/login", AuthServer.login("intruder", AuthServer.PASSWORD)).status()).isEqualTo(401);
    }

    @Test
    @Order(4)
    void refusesToLockOrDemoteTheLastAdministrator() {
        Answer root = server.post("/auth/login", AuthServer.login("intruder", "Purple-otter-42"));
        SignedIn admin = new SignedIn("intruder", root.text("access_token"), root.text("refresh_token"));
        String path = "/auth/admin/users/" + people.id(admin);

        assertThat(server.postEmpty(path + "/lock", admin.bearer()).problem()).isEqualTo("409 admin.last");
        assertThat(demote(admin, admin).problem()).isEqualTo("409 admin.last");
        assertThat(deleteOwn(admin).problem()).isEqualTo("409 admin.last");
        SignedIn second = people.signedInWith("{user,admin}");
        people.changed(second, "deletion_due_at = now() + interval '1 day'");
        assertThat(deleteOwn(admin).problem()).as("the other one goes too").isEqualTo("409 admin.last");
        people.changed(second, "deletion_due_at = NULL");
        assertThat(deleteOwn(admin).status()).isEqualTo(202);
        people.changed(admin, "deletion_due_at = NULL");
        people.changed(second, "roles = '{user}'");
    }

    @Test
    @Order(5)
    void leavesOneOfManyWhoDemoteEachOtherAtTheSameMoment() throws Exception {
        people.changed(new SignedIn("intruder", "", ""), "roles = '{user}'");
        List<SignedIn> admins = java.util.stream.IntStream.range(0, 6).mapToObj(_ -> people.signedInWith("{user,admin}"))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> each = java.util.stream.IntStream.range(0, 6)
                    .<Callable<Integer>>mapToObj(i -> () -> demote(admins.get(i), admins.get((i + 1) % 6)).status()).toList();

            assertThat(threads.invokeAll(each)).extracting(Future::resultNow).isSubsetOf(200, 401, 403, 409, 412);
        }
        assertThat(
                server.database().sql("SELECT count(*) FROM account WHERE roles @> ARRAY['admin']").query(Integer.class).single())
                .isPositive();
    }

    @Test
    @Order(6)
    void leavesOneOfTwoWhoLockEachOtherAtTheSameMoment() throws Exception {
        for (int i = 0; i < 5; i++) {
            server.database().sql("UPDATE account SET roles = '{user}'").update();
            SignedIn one = people.signedInWith("{user,admin}");
            SignedIn two = people.signedInWith("{user,admin}");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Integer>> both = List.of(() -> lock(one, two).status(), () -> lock(two, one).status());

                assertThat(threads.invokeAll(both)).extracting(Future::resultNow).containsOnlyOnce(200);
            }
        }
    }

    @Test
    @Order(7)
    void triesDatabaseAndEventsWhereThatIsSwitchedOn() {
        assertThat(server.get("/test-db").text("database")).isEqualTo("up");
        assertThat(server.postEmpty("/test-event").text("event")).isEqualTo("diagnostics.test");
        assertThat(server.database().sql("SELECT count(*) FROM outbox WHERE type = 'diagnostics.test'").query(Integer.class)
                .single())
                .isEqualTo(1);
    }

    private static Answer lock(SignedIn by, SignedIn whom) {
        return server.postEmpty("/auth/admin/users/" + people.id(whom) + "/lock", by.bearer());
    }

    private static Answer deleteOwn(SignedIn someone) {
        return server.send("DELETE", "/auth/account", AuthServer.json("password", "Purple-otter-42"), someone.bearer());
    }

    private static Answer demote(SignedIn by, SignedIn whom) {
        return server.send(server.request("/auth/admin/users/" + people.id(whom) + "/roles", by.bearer()).header("If-Match", "*")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"roles\":[\"user\"]}")));
    }

    private static boolean isAdmin(String name) {
        return server.database().sql("SELECT roles @> ARRAY['admin'] FROM account WHERE username = ?").param(name)
                .query(Boolean.class).single();
    }
}
