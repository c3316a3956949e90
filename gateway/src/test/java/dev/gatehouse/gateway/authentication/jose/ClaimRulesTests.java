package dev.gatehouse.gateway.authentication.jose;

import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.IssuerSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// The limits of what is believed: times to the part of a second, keys to the bit.
class ClaimRulesTests {

    private static final long SECOND = 1_795_348_800;
    private static final Instant NOW = Instant.ofEpochSecond(SECOND);
    private static final IssuerSpec SPEC = new IssuerSpec("gatehouse", "https://i.example",
            new IssuerSpec.Signature(URI.create("https://i.example/keys"), Set.of("ES256"), Set.of("at+jwt"),
                    IssuerSpec.MAX_STALE),
            Set.of("api"), Set.of("tenant"), Optional.empty(), Duration.ofSeconds(30));

    private final ClaimRules rules = new ClaimRules(SPEC);

    @ParameterizedTest
    @CsvSource({"nbf, 30, true", "nbf, 30.001, false", "iat, 30, true", "iat, 30.001, false"})
    void beginsWithinTheLeeway(String claim, double seconds, boolean good) {
        assertGood(with(claim, SECOND + seconds), good, "nbf or iat: in the future");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "-1, false", "253402300799, true", "253402300800, false"})
    void timesAreSecondsOfOurEra(long exp, boolean good) {
        assertGood(with("exp", exp), good, "exp: not a NumericDate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "nbf", "iat"})
    void timesAreNumbersThatSomebodyCanLiveToSee(String name) {
        for (Object value : Arrays.asList("1", Double.POSITIVE_INFINITY, BigInteger.TEN.pow(60), List.of(SECOND), Map.of(), true,
                null)) {
            assertGood(with(name, value), false, name + ": not a NumericDate");
        }
    }

    @Test
    void claimsThatTheIssuerOwesMustBeThere() {
        Map<String, Object> claims = with("tenant", "x");
        claims.remove("tenant");

        assertGood(with("tenant", false), true, "");
        assertGood(claims, false, "required claim: missing");
        assertGood(with("tenant", null), false, "required claim: missing");
    }

    @ParameterizedTest
    @CsvSource({"0, 29999, true", "0, 30000, false", "0.25, 30000, true", "0.25, 30250, false", "0.5, 30250, true",
            "0.25, 30500, false"})
    void endsWithItsLeewayToThePartOfASecond(double exp, long millis, boolean current) {
        assertThat(rules.isCurrent(SECOND + exp, NOW.plusMillis(millis))).isEqualTo(current);
    }

    @ParameterizedTest
    @CsvSource({"2047, 65537, false", "2048, 65537, true", "8192, 65537, true", "8193, 65537, false", "2048, 1, false",
            "2048, 2, false",
            "2048, 3, true"})
    void rsaKeysAreNeitherWeakNorEndless(int bits, int exponent, boolean taken) throws Exception {
        RSAKey key = new RSAKey.Builder(Base64URL.encode(BigInteger.TWO.pow(bits).subtract(BigInteger.ONE)),
                Base64URL.encode(BigInteger.valueOf(exponent))).keyID("k").build();

        assertThat(VerificationKey.of(key, Set.of("RS256"), Optional.empty()).isPresent()).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "63", "65"})
    void aSignatureOfAnotherLengthIsNoKeys(int length) throws Exception {
        byte[] encoded = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
        OctetKeyPair pair = new OctetKeyPair.Builder(Curve.Ed25519,
                Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))).build();
        VerificationKey key = VerificationKey.of(pair, Set.of("EdDSA"), Optional.empty()).orElseThrow();

        assertThat(key.verifies("EdDSA", new byte[]{1}, new byte[length])).isFalse();
    }

    @Test
    void whatIsNotUtf8IsSaidToBe() {
        assertThatThrownBy(() -> StrictJson.object(new byte[]{(byte) 0xff}, "claims")).hasMessage("claims: not UTF-8");
        assertThatThrownBy(() -> StrictJson.object("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1), "claims"))
                .hasMessage("claims: not UTF-8");
    }

    @Test
    void claimsWithoutAValueAreNotTheCallers() {
        Map<String, Object> claims = with("email", null);

        assertThat(rules.caller(claims, SECOND + 300).claims()).doesNotContainKey("email").containsEntry("tenant", "x");
        assertThat(claims).as("what is asked of it again").containsKey("email");
    }

    @Test
    void nobodyChangesACallersClaims() {
        Map<String, Object> claims = rules.caller(with("email", "a@b.example"), SECOND + 300).claims();

        assertThatThrownBy(() -> claims.put("sub", "bob")).isInstanceOf(UnsupportedOperationException.class);
    }

    private void assertGood(Map<String, Object> claims, boolean good, String reason) {
        if (good) {
            assertThatCodeOf(claims);
        } else {
            assertThatThrownBy(() -> rules.check(claims, NOW)).isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.reason()).isEqualTo(reason));
        }
    }

    private void assertThatCodeOf(Map<String, Object> claims) {
        org.assertj.core.api.Assertions.assertThatCode(() -> rules.check(claims, NOW)).doesNotThrowAnyException();
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> claims = new LinkedHashMap<>(
                Map.of("iss", "https://i.example", "sub", "alice", "aud", "api", "exp", SECOND + 300, "tenant", "x"));
        claims.put(name, value);
        return claims;
    }
}
