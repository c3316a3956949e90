package dev.gatehouse.gateway.authentication.jose;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.ClientSecret;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader.Active;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader.Expired;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader.Inactive;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader.Reading;
import dev.gatehouse.gateway.authentication.jose.IntrospectionReader.Unusable;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

class IntrospectionReaderTests {

    private static final String ISSUER = "https://asked.example";

    private final IntrospectionReader reader = new IntrospectionReader(new IssuerSpec("asked", ISSUER,
            new IssuerSpec.Introspection(URI.create("https://asked.example/ask"), "gateway", new ClientSecret("secret"),
                    IssuerSpec.ClientAuthentication.BASIC, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(5)),
            Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30)));

    @Test
    void readsWhoTheTokenSpeaksFor() {
        assertThat(read("")).isInstanceOfSatisfying(Active.class, active -> {
            assertThat(active.caller().issuerId()).isEqualTo("asked");
            assertThat(active.caller().subject()).isEqualTo("alice");
            assertThat(active.caller().expiresAt()).isEqualTo(NOW.plusSeconds(300));
            assertThat(active.caller().claims()).containsOnlyKeys("sub", "aud", "exp", "iss").containsEntry("iss", ISSUER);
        });
    }

    /// The answer's own members are no claims of the token.
    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER", "access_token", "Access_Token"})
    void takesBearerTokensByAnyOfTheirNames(String type) {
        assertThat(read(",\"token_type\":\"" + type + "\"")).isInstanceOfSatisfying(Active.class,
                active -> assertThat(active.caller().claims()).doesNotContainKeys("active", "token_type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"DPoP\"", "\"\"", "\"N_A\"", "\"refresh_token\"", "7", "null", "true", "[\"Bearer\"]"})
    void takesNoTokenOfAnotherKind(String type) {
        assertThat(read(",\"token_type\":" + type)).isEqualTo(new Inactive("introspection: not a bearer token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"token_use\":\"refresh_token\"", "\"token_use\":\"refresh\"", "\"token_use\":7",
            "\"typ\":\"Refresh\"", "\"typ\":\"Offline\"", "\"typ\":\"ID\"", "\"typ\":7", "\"typ\":[\"Refresh\"]", "\"typ\":{}",
            "\"token_type\":\"Bearer\",\"typ\":\"refresh\""})
    void takesNoTokenOfAnotherUse(String member) {
        assertThat(read("," + member)).isEqualTo(new Inactive("token_use, typ or events: no access token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"token_use\":\"access_token\"", "\"token_use\":\"access\"", "\"typ\":\"Bearer\"",
            "\"typ\":\"at+jwt\"", "\"typ\":null", "\"token_use\":null"})
    void takesAccessTokens(String member) {
        assertThat(read("," + member)).isInstanceOf(Active.class);
    }

    @Test
    void takesNoWordOfAnotherIssuer() {
        assertThat(read(",\"iss\":\"https://other.example\"")).isEqualTo(new Inactive("iss: another issuer"));
        assertThat(read(",\"iss\":\"https://asked.example\"")).isInstanceOf(Active.class);
    }

    @Test
    void tellsExpiredFromRefused() {
        assertThat(read(-30, "")).isEqualTo(new Expired());
        assertThat(read(-29, "")).isInstanceOf(Active.class);
    }

    @Test
    void readsThatATokenIsNotActive() {
        assertThat(reader.read(" {\"active\":false}\n", NOW)).isEqualTo(new Inactive("introspection: not active"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                               | not a JSON object
            [{"active":false}]               | not a JSON object
            {"active":false                  | not well-formed JSON
            {"active":false,"active":false}  | not well-formed JSON
            {"active":false} {}              | not well-formed JSON
            {}                               | active is neither true nor false
            {"active":null}                  | active is neither true nor false
            {"active":"true"}                | active is neither true nor false
            {"active":1}                     | active is neither true nor false
            """)
    void makesNothingOfWhatIsNoAnswer(String json, String why) {
        assertThat(reader.read(json, NOW)).isEqualTo(new Unusable("introspection: " + why));
    }

    private Reading read(String more) {
        return read(300, more);
    }

    private Reading read(int seconds, String more) {
        return reader.read("{\"active\":true,\"sub\":\"alice\",\"aud\":\"api\",\"exp\":"
                + NOW.plusSeconds(seconds).getEpochSecond() + more + "}", NOW);
    }
}
