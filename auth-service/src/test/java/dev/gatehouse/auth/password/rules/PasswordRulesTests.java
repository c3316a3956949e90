package dev.gatehouse.auth.password.rules;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.password.HashingThreads;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.settings.PasswordSettings;
import dev.gatehouse.auth.settings.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

final class PasswordRulesTests {

    private static final HashingThreads THREADS = HashingThreads.with(new Settings.Hashing(1, 4, Duration.ofSeconds(30)));
    private static final List<String> NAMES = List.of("wonderland_alice", "alice.liddell@looking-glass.example");

    private final PasswordRules usual = new PasswordRules(PasswordSettings.usual(), "stolen once upon a time"::equals, THREADS);
    private final PasswordRules composition = new PasswordRules(new PasswordSettings(true, PasswordSettings.usual().breached()),
            _ -> false, THREADS);

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            password                                   | COMMON
            PassWord1                                  | COMMON
            qwertyuiop                                 | COMMON
            12345678                                   | COMMON
            aaaaaaaaaa                                 | COMMON
            lmnopqrstuv                                | GUESSABLE
            Summer2024!                                | GUESSABLE
            p4ssw0rd!!                                 | GUESSABLE
            passwordpasswordpasswordpassword           | GUESSABLE
            wonderland_alice                           | SIMILAR
            WONDERLAND_ALICE!                          | SIMILAR
            ｗｏｎｄｅｒland_alice                        | SIMILAR
            ecila_dnalrednow                           | SIMILAR
            wonderlandalice                            | SIMILAR
            alice.liddell                              | SIMILAR
            !alice.liddell7                            | SIMILAR
            looking-glass99                            | SIMILAR
            alice.liddell@looking-glass.example        | SIMILAR
            stolen once upon a time                    | BREACHED
            """)
    void refuses(String password, PasswordRule rule) {
        assertThat(usual.broken(Password.chosen(password), NAMES)).contains(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Test123!@#", "correct horse", "Tr0ub4dor&3", "x7$kQp2z", "grüße zoë", "日本語のパスワード",
            "correct horse wonderland_alice", "the looking-glass was quite soft, like gauze", "🐴🔋🖇 correct"})
    void takes(String password) {
        assertThat(usual.broken(Password.chosen(password), NAMES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"testuser", "test", "user_1_abc"})
    void takesThePasswordOfTheExamplesWhateverTheNameInThem(String name) {
        assertThat(usual.broken(Password.chosen("Test123!@#"), List.of(name, name + "@example.com"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Test123!@#  |
            Summer2024! |
            test123!@#  | UPPER
            TEST123!@#  | LOWER
            TestTest!@# | DIGIT
            Test1234 99 | SPECIAL
            Grüße42,Zoë |
            correct horse | UPPER DIGIT SPECIAL
            """)
    void asksForOneOfEachKindInTheCompositionProfile(String password, String rules) {
        assertThat(composition.broken(Password.chosen(password), NAMES)).extracting(PasswordRule::name)
                .containsExactlyElementsOf(rules == null ? List.of() : List.of(rules.split(" ", -1)));
    }

    @Test
    void refusesCommonPasswordsInTheCompositionProfileToo() {
        assertThat(composition.broken(Password.chosen("Password1!"), List.of())).isEmpty();
        assertThat(composition.broken(Password.chosen("P@ssw0rd"), List.of())).contains(PasswordRule.COMMON);
    }

    @Test
    void takesLittleTimeForTextsMadeToTakeMuch() {
        usual.broken(Password.chosen("warm enough"), NAMES);
        assertTimeout(Duration.ofSeconds(5), () -> {
            for (String hard : List.of("p4ssw0rd!", "qazwsx", "a", "1029384756", "alice", "@l1c3")) {
                usual.broken(Password.chosen(hard.repeat(256 / hard.length())), NAMES);
            }
        });
    }
}
