package dev.gatehouse.gateway.authentication;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.authentication.IssuerSpec.ClientAuthentication;
import dev.gatehouse.gateway.authentication.IssuerSpec.Introspection;
import dev.gatehouse.gateway.authentication.IssuerSpec.Proof;
import dev.gatehouse.gateway.authentication.IssuerSpec.SharedSecret;
import dev.gatehouse.gateway.authentication.IssuerSpec.Signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class IssuerSpecTests {

    private static final URI THERE = URI.create("https://i.example/x");
    private static final Signature SIGNATURE = new Signature(THERE, Set.of("ES256"), Set.of("at+jwt"), IssuerSpec.MAX_STALE);

    @ParameterizedTest
    @CsvSource({"PT0S, true", "PT5M, true", "PT5M0.001S, false", "PT-0.001S, false"})
    void clocksDifferByFiveMinutesAtMost(Duration leeway, boolean possible) {
        assertPossible(possible, () -> spec("a", SIGNATURE, Optional.empty(), leeway));
    }

    @ParameterizedTest
    @CsvSource({"PT1M, true", "PT24H, true", "PT59.999S, false", "PT24H0.001S, false"})
    void oldKeysAreBelievedForADayAtMost(Duration maxStale, boolean possible) {
        assertPossible(possible, () -> new Signature(THERE, Set.of("ES256"), Set.of("at+jwt"), maxStale));
    }

    @ParameterizedTest
    @CsvSource({"PT0.001S, PT0S, PT0S, true", "PT1M, PT1H, PT1H, true", "PT0S, PT0S, PT0S, false",
            "PT1M0.001S, PT0S, PT0S, false",
            "PT1S, PT-0.001S, PT0S, false", "PT1S, PT0S, PT-0.001S, false"})
    void everyWaitForAnAnswerEnds(Duration timeout, Duration cache, Duration negativeCache, boolean possible) {
        assertPossible(possible, () -> introspection(timeout, cache, negativeCache));
    }

    /// RFC 7518 §3.2: as long as the hash.
    @ParameterizedTest
    @CsvSource({"a, 32, true", "a, 31, false", "é, 16, true", "é, 15, false"})
    void aSharedSecretHas32Bytes(String character, int times, boolean possible) {
        assertPossible(possible, () -> new SharedSecret(new ClientSecret(character.repeat(times)), Set.of("JWT")));
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(introspection(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO).toString()).contains("***")
                .doesNotContain("s3cret");
        assertPossible(false, () -> new ClientSecret(""));
    }

    @Test
    void oneIssuerOfARouteMayBeAsked() {
        Introspection how = introspection(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
        List<IssuerSpec> all = List.of(spec("signs", SIGNATURE, Optional.of("token"), Duration.ZERO),
                spec("asked", how, Optional.of("token"), Duration.ZERO),
                spec("other", how, Optional.of("hidden"), Duration.ZERO));

        assertThat(AcceptedIssuers.among(all, Set.of("signs")).introspecting()).isEmpty();
        assertThat(AcceptedIssuers.among(all, Set.of("signs", "asked")).introspecting()).contains("https://asked.example");
        assertPossible(false, () -> AcceptedIssuers.among(all, Set.of("asked", "other")));
    }

    @Test
    void cookiesOfAllIssuersAreSecretAndThoseOfTheRouteAreRead() {
        List<IssuerSpec> all = List.of(spec("a", SIGNATURE, Optional.of("token"), Duration.ZERO),
                spec("b", SIGNATURE, Optional.of("token"), Duration.ZERO),
                spec("c", SIGNATURE, Optional.of("other"), Duration.ZERO),
                spec("d", SIGNATURE, Optional.empty(), Duration.ZERO));
        AcceptedIssuers accepted = AcceptedIssuers.among(all, Set.of("a", "b", "d"));

        assertThat(accepted.cookies()).containsExactly(AcceptedIssuers.TokenCookie.of("token", Set.of("a", "b")));
        assertThat(accepted.secretCookies()).isEqualTo(CookieNames.of(Set.of("token", "other")));
    }

    private static Introspection introspection(Duration timeout, Duration cache, Duration negativeCache) {
        return new Introspection(THERE, "gateway", new ClientSecret("s3cret"), ClientAuthentication.BASIC, timeout, cache,
                negativeCache);
    }

    private static IssuerSpec spec(String id, Proof proof, Optional<String> cookie, Duration leeway) {
        return new IssuerSpec(id, "https://" + id + ".example", proof, Set.of("api"), Set.of(), cookie, leeway);
    }

    private static void assertPossible(boolean possible, Runnable construction) {
        if (possible) {
            assertThatCode(construction::run).doesNotThrowAnyException();
        } else {
            assertThatIllegalArgumentException().isThrownBy(construction::run);
        }
    }
}
