package dev.gatehouse.auth;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;

final class OverloadIT {

    @Test
    void refusesSignInsBeyondTheQueueAndStaysHealthy() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_PERMITS", "1");
        environment.put("GATEHOUSE_HASH_QUEUE", "4");
        try (AuthServer server = AuthServer.start(environment);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.someone().name();
            List<Callable<Answer>> people = IntStream.range(0, 200)
                    .<Callable<Answer>>mapToObj(
                            _ -> () -> server.post("/auth/login", AuthServer.login(name, AuthServer.PASSWORD)))
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
