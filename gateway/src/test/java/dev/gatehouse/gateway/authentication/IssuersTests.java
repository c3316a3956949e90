package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;

import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/// Who is trusted, what is told of them, and what stays when the file changes. Keys are in files, which are read at once.
class IssuersTests {

    private static final String SHARED = "https://shared.example";
    private static final String ASKED = "https://asked.example";
    private static final ECKey NEXT = TestKeys.ec("ec-2");

    private final MovableClock clock = new MovableClock(NOW);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Issuers issuers = Issuers
            .with(new IssuerKeys.Settings(client, Optional.empty(), clock, VirtualTimeScheduler.create(), Runnable::run,
                    () -> 0));

    @TempDir
    private Path folder;

    @BeforeEach
    void publish() throws IOException {
        publish("keys.json", TestKeys.EC);
    }

    @AfterEach
    void close() {
        issuers.close();
        client.close();
    }

    private void publish(String file, ECKey key) throws IOException {
        Files.writeString(folder.resolve(file), TestKeys.jwks(key));
    }

    private IssuerSpec signing(String id, String file, Duration maxStale, String algorithm) {
        return new IssuerSpec(id, TestTokens.ISSUER,
                new IssuerSpec.Signature(folder.resolve(file).toUri(), Set.of(algorithm), Set.of("at+jwt"), maxStale),
                Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30));
    }

    private IssuerSpec signing() {
        return signing("signing", "keys.json", IssuerSpec.MAX_STALE, "ES256");
    }

    private static IssuerSpec shared() {
        return new IssuerSpec("shared", SHARED, new IssuerSpec.SharedSecret(new ClientSecret("s".repeat(32)), Set.of("JWT")),
                Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30));
    }

    private static IssuerSpec asked() {
        return new IssuerSpec("asked", ASKED,
                new IssuerSpec.Introspection(URI.create("http://127.0.0.1:1/ask"), "gateway", new ClientSecret("secret"),
                        IssuerSpec.ClientAuthentication.BASIC, Duration.ofSeconds(1), Duration.ofSeconds(30),
                        Duration.ofSeconds(5)),
                Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30));
    }

    private IssuerKeys keys() {
        return ((Trusted.Signing) trusted(TestTokens.ISSUER)).keys();
    }

    private Trusted trusted(String issuer) {
        return Objects.requireNonNull(issuers.find(issuer));
    }

    private static Issuers.Status nothingKnown(String id, String issuer) {
        return new Issuers.Status(id, issuer, true, List.of(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty());
    }

    @Test
    void tellsHowEachStands() {
        issuers.update(List.of(signing(), shared(), asked()));
        clock.move(Duration.ofSeconds(20));

        assertThat(issuers.status()).containsExactlyInAnyOrder(
                new Issuers.Status("signing", TestTokens.ISSUER, true, List.of("ec-1"), Optional.of(NOW),
                        Optional.of(Duration.ofSeconds(20)), Optional.of(NOW.plus(IssuerSpec.MAX_STALE)), Optional.empty(),
                        Optional.of(NOW.plusSeconds(1))),
                nothingKnown("shared", SHARED), nothingKnown("asked", ASKED));
    }

    @Test
    void tellsOfKeysThatCannotBeRead() {
        issuers.update(List.of(signing("signing", "none.json", IssuerSpec.MAX_STALE, "ES256")));

        assertThat(issuers.status()).containsExactly(new Issuers.Status("signing", TestTokens.ISSUER, false, List.of(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("no such file"),
                Optional.of(NOW.plusSeconds(1))));
    }

    @Test
    void asksForKeysWhenToldTo() throws IOException {
        issuers.update(List.of(signing(), shared(), asked()));
        publish("keys.json", NEXT);

        assertThat(issuers.refresh("signing")).isTrue();
        assertThat(keys().current().kids()).containsExactly("ec-2");
        assertThat(issuers.refresh("shared")).isTrue();
        assertThat(issuers.refresh("asked")).isTrue();
        assertThat(issuers.refresh(TestTokens.ISSUER)).as("which is no id").isFalse();
    }

    @Test
    void leavesAnIssuerAloneThatDidNotChange() {
        issuers.update(List.of(signing(), shared(), asked()));
        Trusted signing = trusted(TestTokens.ISSUER);
        Trusted shared = trusted(SHARED);
        Trusted asked = trusted(ASKED);

        issuers.update(List.of(asked(), shared(), signing()));

        assertThat(trusted(TestTokens.ISSUER)).isSameAs(signing);
        assertThat(trusted(SHARED)).isSameAs(shared);
        assertThat(trusted(ASKED)).isSameAs(asked);
    }

    @Test
    void keepsTheKeysOfAnIssuerWhoseOtherConditionsChange() {
        issuers.update(List.of(signing()));
        IssuerKeys before = keys();
        IssuerSpec strict = new IssuerSpec("signing", TestTokens.ISSUER, signing().proof(), Set.of("web"), Set.of("jti"),
                Optional.empty(), Duration.ZERO);

        issuers.update(List.of(strict));

        assertThat(keys()).isSameAs(before);
    }

    /// The key file is gone: what was read before is all there is.
    @Test
    void goesOnWithWhatWasSaidWhereTheConditionsOfKeysChange() throws IOException {
        issuers.update(List.of(signing()));
        IssuerKeys before = keys();
        Files.delete(folder.resolve("keys.json"));

        for (IssuerSpec other : List.of(signing("signing", "keys.json", Duration.ofHours(2), "ES256"),
                signing("renamed", "keys.json", Duration.ofHours(2), "ES256"))) {
            issuers.update(List.of(other));
            assertThat(keys()).isNotSameAs(before);
            assertThat(keys().current().kids()).containsExactly("ec-1");
            before = keys();
        }
        issuers.update(List.of(signing("renamed", "keys.json", Duration.ofHours(2), "RS256")));
        assertThat(keys().current().kids()).as("no key of that algorithm").isEmpty();
    }

    @Test
    void changesNothingWhereTwoGoByOneName() {
        issuers.update(List.of(signing()));
        Trusted before = trusted(TestTokens.ISSUER);

        assertThatIllegalArgumentException().isThrownBy(
                () -> issuers.update(List.of(shared(), signing("again", "keys.json", IssuerSpec.MAX_STALE, "ES256"), signing())))
                .withMessageContaining("stands twice");

        assertThat(trusted(TestTokens.ISSUER)).isSameAs(before);
        assertThat(issuers.find(SHARED)).isNull();
    }

    @Test
    void believesNoKeysOfAnotherPlace() {
        issuers.update(List.of(signing()));
        issuers.update(List.of(signing("signing", "none.json", IssuerSpec.MAX_STALE, "ES256")));
        assertThat(keys().current().kids()).isEmpty();
    }

    @Test
    void asksNobodyForKeysThatAreNotUsedAnyMore() throws IOException {
        issuers.update(List.of(signing()));
        IssuerKeys gone = keys();
        publish("keys.json", NEXT);

        issuers.update(List.of(shared()));
        gone.refresh();

        assertThat(gone.current().kids()).containsExactly("ec-1");
        assertThat(issuers.find(TestTokens.ISSUER)).isNull();
        assertThat(trusted(SHARED).spec().id()).isEqualTo("shared");
    }

    @Test
    void knowsNobodyOnceItIsClosed() throws IOException {
        issuers.update(List.of(signing()));
        IssuerKeys gone = keys();
        publish("keys.json", NEXT);

        issuers.close();
        gone.refresh();

        assertThat(gone.current().kids()).containsExactly("ec-1");
        assertThat(issuers.status()).isEmpty();
    }
}
