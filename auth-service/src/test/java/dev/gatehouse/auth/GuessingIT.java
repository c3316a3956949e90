package dev.gatehouse.auth;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/// Two hundred addresses guess the password of one account.
@Tag("slow")
final class GuessingIT {

    private static final AuthServer SERVER = AuthServer.shared();

    @Test
    void getNowhereAndDoNotKeepOutTheOwnerOfATrustedDevice() throws Exception {
        String owner = SERVER.someone().name();
        String device = signIn(owner, AuthServer.PASSWORD, "203.0.113.7").device();

        List<Answer> guesses = attack(owner);

        assertThat(guesses).extracting(Answer::problem).containsOnly("401 login.failed", "429 limit.exceeded");
        assertThat(guesses).filteredOn(guess -> guess.status() == 401).as("were looked at at all").hasSizeLessThan(15);
        assertThat(guesses).filteredOn(guess -> guess.status() == 429)
                .allSatisfy(guess -> assertThat(Integer.parseInt(guess.header("Retry-After"))).isBetween(10, 20))
                .allSatisfy(guess -> assertThat(guess.header("RateLimit"))
                        .isEqualTo("\"sign-in\";r=0;t=" + guess.header("Retry-After")))
                .allSatisfy(guess -> assertThat(guess.header("RateLimit-Policy")).isEqualTo("\"sign-in\";q=1;w=10"));
        Answer back = signIn(owner, AuthServer.PASSWORD, "203.0.113.7", "Cookie", device);
        assertThat(back.status()).as("the owner").isEqualTo(200);
    }

    @Test
    void learnNothingAboutWhoHasAnAccount() throws Exception {
        List<Answer> guesses = attack("nobody_here");

        assertThat(guesses).extracting(Answer::problem).containsOnly("401 login.failed", "429 limit.exceeded");
        assertThat(guesses).filteredOn(guess -> guess.status() == 401).hasSizeLessThan(15);
    }

    @Test
    void stopsOneAddressThatTriesManyNames() {
        List<Integer> answers = IntStream.range(0, 55)
                .mapToObj(i -> signIn("spray_" + i, "Summer2024!", "192.0.2.1").status()).toList();

        assertThat(answers.subList(0, 50)).containsOnly(401);
        assertThat(answers.subList(50, 55)).containsOnly(429);
    }

    private static List<Answer> attack(String name) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> guesses = IntStream.range(0, 200)
                    .<Callable<Answer>>mapToObj(i -> () -> signIn(name, "guess number " + i, "198.51." + i + ".1")).toList();
            return threads.invokeAll(guesses).stream().map(Future::resultNow).toList();
        }
    }

    private static Answer signIn(String name, String password, String from, String... headers) {
        String[] all = java.util.stream.Stream
                .concat(java.util.stream.Stream.of("X-Forwarded-For", from), java.util.Arrays.stream(headers))
                .toArray(String[]::new);
        return SERVER.post("/auth/login", AuthServer.login(name, password), all);
    }
}
