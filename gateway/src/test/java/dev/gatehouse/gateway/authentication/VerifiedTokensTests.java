package dev.gatehouse.gateway.authentication;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.VerifiedTokens.Memory;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;

import static org.assertj.core.api.Assertions.assertThat;

class VerifiedTokensTests {

    private static final int TOKENS = 100_000;

    private final VerifiedTokens tokens = new VerifiedTokens();

    /// Many small ones or few large ones: the bytes are bounded, not the number.
    @ParameterizedTest
    @ValueSource(ints = {300, 1000, 8192})
    void remembersNoMoreThanItsShareOfMemory(int length) {
        Memory memory = memory(length);
        for (int i = 0; i < TOKENS; i++) {
            tokens.remember(key(i), memory);
        }

        assertThat(memory.bytes()).as("at least the token itself").isGreaterThan(length);
        assertThat(remembered() * memory.bytes()).isBetween(VerifiedTokens.MAX_BYTES / 2, VerifiedTokens.MAX_BYTES);
    }

    private long remembered() {
        long found = 0;
        for (int i = 0; i < TOKENS; i++) {
            found += tokens.find(key(i)) == null ? 0 : 1;
        }
        return found;
    }

    private static TokenDigest key(int i) {
        return TokenDigest.of("token " + i);
    }

    private static Memory memory(int length) {
        IssuerSpec spec = new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create("https://i/keys"), Set.of("api"),
                Set.of("ES256"), Set.of("at+jwt"), Duration.ofSeconds(30));
        Caller.Authenticated caller = new Caller.Authenticated("gatehouse", "alice", List.of(), List.of(), TestTokens.NOW,
                Map.of());
        return Memory.of(caller, new Trusted.Signing(spec, null, null), null, length);
    }
}
