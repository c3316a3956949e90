package dev.gatehouse.gateway.authentication.jose;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.nimbusds.jose.util.JSONObjectUtils;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;

/// What holds for every token, whoever made it and however.
class TokenPropertyTests {

    private static final IssuerSpec ISSUER = new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create("file:keys.json"),
            Set.of("api"), Set.of("ES256"), Set.of("at+jwt"), Duration.ofSeconds(30));
    private static final KeySet KEYS = ((KeySet.Reading.Keys) KeySet.read(TestKeys.jwks(TestKeys.EC.toPublicJWK()),
            Set.of("ES256"), Optional.empty(), KeySet.NONE)).set();
    private static final TokenVerifier VERIFIER = new TokenVerifier(ISSUER, (IssuerSpec.Signature) ISSUER.proof());
    private static final String GOOD = valid().signed();
    private static final ProvenHeaders PROVEN = new ProvenHeaders();

    static {
        PROVEN.remember((CompactToken.Unverified) CompactToken.read(GOOD, PROVEN));
    }

    private static final String BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// Two spellings of one token would be two entries in a cache, and one entry in a list of revoked ones.
    @Property
    void whatIsReadHasOneSpelling(@ForAll("tokenLike") String token) {
        if (CompactToken.read(token, PROVEN) instanceof CompactToken.Unverified read) {
            assertThat(new String(read.signingInput(), StandardCharsets.US_ASCII) + '.' + encode(read.signature()))
                    .isEqualTo(token);
            String[] parts = token.split("\\.", -1);
            assertThat(parts).hasSize(3).allMatch(part -> encode(decoded(part)).equals(part));
        }
    }

    @Property
    void whoKnowsTheHeaderReadsNothingElse(@ForAll("tokenLike") String token) {
        assertThat(CompactToken.read(token, PROVEN)).usingRecursiveComparison()
                .isEqualTo(CompactToken.read(token, new ProvenHeaders()));
    }

    @Property
    void noOtherTextPassesForTheToken(@ForAll("edits") List<Edit> edits) {
        StringBuilder edited = new StringBuilder(GOOD);
        edits.forEach(edit -> edit.on(edited));
        Assume.that(!edited.toString().equals(GOOD));

        assertThat(verify(edited.toString())).isNotInstanceOf(Verification.Verified.class);
    }

    /// The issuer itself may sign nonsense; whatever it is, a caller that comes out of it can be worked with.
    @Property
    void signedNonsenseIsRefusedOrHarmless(@ForAll("claims") Map<String, Object> claims) {
        TestTokens token = valid();
        claims.forEach(token::claim);

        if (verify(token.signed()) instanceof Verification.Verified verified) {
            Caller.Authenticated caller = verified.caller();
            assertThat(caller.subject()).isNotEmpty().matches("[^\\p{Cntrl}]*");
            assertThat(caller.expiresAt().plus(ISSUER.leeway())).isAfter(TestTokens.NOW);
            assertThat(caller.roles()).doesNotContain("").doesNotContainNull();
            assertThat(caller.scopes()).noneMatch(scope -> scope.isEmpty() || scope.contains(" "));
            Object audience = claims.getOrDefault("aud", "api");
            assertThat(audience instanceof List<?> several ? several.contains("api") : "api".equals(audience)).isTrue();
        }
    }

    @Property
    void headersThatAreNotTheIssuersAreRefused(@ForAll("headers") Map<String, Object> header) {
        TestTokens token = valid();
        header.forEach(token::header);
        boolean asUsual = header.entrySet().stream()
                .allMatch(member -> Map.<String, Object>of("alg", "ES256", "typ", "at+jwt", "kid", "ec-1").entrySet()
                        .contains(member));
        Assume.that(!asUsual);

        assertThat(verify(token.signed())).isNotInstanceOf(Verification.Verified.class);
    }

    private static Verification verify(String token) {
        return switch (CompactToken.read(token, PROVEN)) {
            case CompactToken.Malformed malformed -> new Verification.Invalid(malformed.reason());
            case CompactToken.Unverified read -> VERIFIER.verify(read, KEYS, TestTokens.NOW);
        };
    }

    private static byte[] decoded(String part) {
        return java.util.Base64.getUrlDecoder().decode(part);
    }

    @Provide
    Arbitrary<String> tokenLike() {
        Arbitrary<String> json = json().map(value -> encode(JSONObjectUtils.toJSONString(Map.of("member", value))));
        Arbitrary<String> noise = Arbitraries.strings().withChars(BASE64URL + "=+/. \u00e9").ofMaxLength(40);
        Arbitrary<String> exact = Arbitraries.of(GOOD.split("\\.", -1));
        return Arbitraries.oneOf(json, noise, exact).list().ofMinSize(2).ofMaxSize(4).map(parts -> String.join(".", parts));
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        return Combinators.combine(Arbitraries.integers().between(0, GOOD.length() - 1), Arbitraries.of(Kind.values()),
                Arbitraries.chars().with(BASE64URL + ".= \t\u0000\u00e9")).as(Edit::new).list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Map<String, Object>> claims() {
        return Arbitraries.maps(Arbitraries.of("iss", "sub", "aud", "exp", "nbf", "iat", "roles", "scope", "sid", "cnf", "acr"),
                Arbitraries.oneOf(json(), Arbitraries.of("api", "alice", TestTokens.ISSUER, List.of("api", "x"))))
                .ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Map<String, Object>> headers() {
        Arbitrary<Object> values = Arbitraries.oneOf(json(),
                Arbitraries.of("none", "nOnE", "HS256", "RS256", "ES256", "JWT", "at+jwt", "ec-1", "../ec-1", List.of(),
                        Map.of()));
        return Arbitraries.maps(Arbitraries.of("alg", "typ", "kid", "crit", "jku", "x5u", "x5c", "jwk", "enc", "zip"), values)
                .ofMinSize(1).ofMaxSize(3).filter(header -> !header.containsValue("at+jwt") || header.size() > 1);
    }

    private static Arbitrary<Object> json() {
        Arbitrary<Object> plain = Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(12).map(text -> (Object) text),
                Arbitraries.longs().map(number -> (Object) number), Arbitraries.doubles().map(number -> (Object) number),
                Arbitraries.of(true, false).map(flag -> (Object) flag));
        return Arbitraries.lazyOf(() -> plain, () -> plain.list().ofMaxSize(3).map(list -> (Object) list),
                () -> plain.list().ofMaxSize(2).map(list -> (Object) list.stream()
                        .collect(Collectors.toMap(Object::toString, value -> value, (a, _) -> a))));
    }

    enum Kind {
        REPLACE, INSERT, DELETE, SWAP_CASE, REPEAT
    }

    /// One change of a text.
    record Edit(int at, Kind kind, char character) {

        void on(StringBuilder text) {
            int place = text.isEmpty() ? 0 : at % text.length();
            switch (kind) {
                case REPLACE -> text.replace(place, Math.min(text.length(), place + 1), String.valueOf(character));
                case INSERT -> text.insert(place, character);
                case DELETE -> text.delete(place, Math.min(text.length(), place + 1));
                case SWAP_CASE -> {
                    if (!text.isEmpty()) {
                        char c = text.charAt(place);
                        text.setCharAt(place, Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
                    }
                }
                case REPEAT -> text.insert(place, text.substring(place, Math.min(text.length(), place + 3)));
            }
        }
    }
}
