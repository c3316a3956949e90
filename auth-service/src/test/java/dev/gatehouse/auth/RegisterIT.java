package dev.gatehouse.auth;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class RegisterIT {

    private final AuthServer server = AuthServer.shared();

    @Test
    void answersWithTheUserObject() {
        Answer answer = server.post("/auth/register", AuthServer.registration("Reg_One", "Reg.One@example.com"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().propertyNames()).containsExactly("id", "username", "email", "email_verified", "roles",
                "is_admin", "created_at");
        assertThat(answer.json().toString()).contains("\"username\":\"Reg_One\"", "\"email\":\"Reg.One@example.com\"",
                "\"email_verified\":false", "\"roles\":[\"user\"]", "\"is_admin\":false");
    }

    @Test
    void refusesUsernameTakenInAnotherCase() {
        server.post("/auth/register", AuthServer.registration("Reg_Two", "reg.two@example.com"));

        Answer answer = server.post("/auth/register", AuthServer.registration("reg_TWO", "reg.other@example.com"));

        assertThat(answer.problem()).isEqualTo("409 account.username_taken");
    }

    @Test
    void doesNotTellThatAnEmailIsKnown() {
        Answer owner = server.post("/auth/register", AuthServer.registration("Reg_Three", "reg.three@example.com"));
        server.database()
                .sql("UPDATE account SET email_verified = true, roles = '{user,admin}', created_at = now() - interval '1 day'"
                        + " WHERE username = 'Reg_Three'")
                .update();

        Answer answer = server.post("/auth/register", AuthServer.registration("reg_fresh", "REG.three@example.com"));
        Answer free = server.post("/auth/register", AuthServer.registration("reg_other", "REG.other@example.com"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(plain(answer)).isEqualTo(plain(free).replace("reg_other", "reg_fresh").replace("REG.other", "REG.three"));
        assertThat(answer.text("id")).isNotEqualTo(owner.text("id"));
        assertThat(UUID.fromString(answer.text("id")).version()).isEqualTo(7);
        assertThat(Instant.parse(answer.text("created_at"))).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(answer.response().headers().map().keySet()).isEqualTo(free.response().headers().map().keySet());
    }

    @Test
    void leavesTheOwnerOfAKnownEmailAlone() {
        server.post("/auth/register", AuthServer.registration("Reg_Four", "reg.four@example.com"));
        server.post("/auth/register",
                "{\"username\":\"reg_thief\",\"email\":\"reg.four@example.com\",\"password\":\"Purple-otter-42\"}");

        assertThat(server.post("/auth/login", AuthServer.login("reg.four@example.com", AuthServer.PASSWORD)).json()
                .path("user").path("username").asString()).isEqualTo("Reg_Four");
        assertThat(server.post("/auth/login", AuthServer.login("reg_thief", "Purple-otter-42")).status()).isEqualTo(401);
    }

    @Test
    void namesTheRulesThatAPasswordBreaksAtItsField() {
        Answer answer = server.post("/auth/register",
                "{\"username\":\"reg_rules\",\"email\":\"reg.rules@example.com\",\"password\":\"Password1\"}");

        assertThat(answer.problem()).isEqualTo("400 request.malformed");
        assertThat(answer.json().path("errors").toString()).isEqualTo(
                "[{\"pointer\":\"/password\",\"detail\":\"is one of the most common passwords\",\"rule\":\"password.common\"}]");
    }

    @Test
    void givesOneOfManySimultaneousClaimsTheUsername() {
        var answers = IntStream.range(0, 4).parallel()
                .mapToObj(i -> server.post("/auth/register", AuthServer.registration("Reg_Race", "race" + i + "@example.com")))
                .map(Answer::status).toList();

        assertThat(answers).containsOnly(201, 409).containsOnlyOnce(201);
    }

    /// Each has seen that nobody has the address: the first that gets it is rolled back, which makes the others go on together.
    @Test
    void tellsTheOwnerOnceOfManySimultaneousRegistrationsWithANewAddress() throws Exception {
        String address = "at.once." + Long.toString(System.nanoTime(), 36) + "@example.com";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> begun = Objects.requireNonNull(server.bean(TransactionTemplate.class).execute(transaction -> {
                transaction.setRollbackOnly();
                server.database().sql("""
                        INSERT INTO account (id, username, username_key, email, email_key, password_hash, roles)
                        VALUES (gen_random_uuid(), :name, :name, :name, :name, '', '{user}')""").param("name", address).update();
                List<Future<Answer>> all = IntStream.range(0, 4).mapToObj(i -> threads.submit(() -> server.post("/auth/register",
                        AuthServer.registration("once_" + i + "_" + Long.toString(System.nanoTime(), 36), address)))).toList();
                Waiting.until(server, all.size());
                return all;
            }));
            for (Future<Answer> each : begun) {
                assertThat(each.get().status()).isEqualTo(201);
            }
        }

        assertThat(new Mailbox(server).to(address)).extracting(Mailbox.Letter::kind)
                .containsExactlyInAnyOrder("VERIFY_EMAIL", "ACCOUNT_EXISTS");
        assertThat(server.database().sql("SELECT count(*) FROM account WHERE email_key = ?").param(address).query(Integer.class)
                .single()).isEqualTo(1);
    }

    /// {@return the body but for the id and the digits of the time}
    private static String plain(Answer answer) {
        return answer.response().body().replace(answer.text("id"), "the id")
                .replace(answer.text("created_at"), answer.text("created_at").replaceAll("\\d", "0"));
    }
}
