package dev.gatehouse.auth;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
final class OverloadIT {

    @Test
    void refusesSignInsBeyondTheQueueAndStaysHealthy() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_PERMITS", "1");
        environment.put("GATEHOUSE_HASH_QUEUE", "4");
        try (AuthServer server = AuthServer.start(environment);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.someone().name();
            // As many different people: of one account, only a few at once would be looked at.
            server.database().sql("""
                    INSERT INTO account (id, username, username_key, email, email_key, password_hash)
                    SELECT gen_random_uuid(), 'crowd_' || i, 'crowd_' || i, 'crowd_' || i || '@example.com',
                        'crowd_' || i || '@example.com', password_hash FROM account, generate_series(0, 199) AS i""").update();
            List<Callable<Answer>> people = IntStream.range(0, 200)
                    .<Callable<Answer>>mapToObj(
                            i -> () -> server.post("/auth/login", AuthServer.login("crowd_" + i, AuthServer.PASSWORD)))
                    .toList();

            List<Future<Answer>> answers = threads.invokeAll(people);

            assertThat(answers).extracting(Future::resultNow).extracting(Answer::status).contains(200, 503).containsOnly(200,
                    503);
            Answer refused = answers.stream().map(Future::resultNow).filter(answer -> answer.status() == 503).findFirst()
                    .orElseThrow();
            assertThat(refused.problem()).isEqualTo("503 service.busy");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(server.get("/auth/health").status()).isEqualTo(200);
            assertThat(server.login(name).accessToken()).isNotEmpty();
        }
    }
}
