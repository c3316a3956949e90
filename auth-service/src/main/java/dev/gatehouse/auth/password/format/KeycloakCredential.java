package dev.gatehouse.auth.password.format;

import java.util.Locale;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A password credential as it stands in a realm export of Keycloak: an object with `secretData` and `credentialData`, each either
/// an object or, as Keycloak writes them, a text with one in it. It becomes the PBKDF2 or Argon2 hash that it holds.
final class KeycloakCredential {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build()).build()).build();

    private KeycloakCredential() {}

    static StoredHash parse(String text) {
        try {
            JsonNode credential = JSON.readTree(text);
            return hash(nested(credential, "credentialData"), nested(credential, "secretData"));
        } catch (JacksonException notJson) {
            throw Bounds.damaged("Keycloak", "{\"secretData\": …, \"credentialData\": …}");
        }
    }

    private static StoredHash hash(JsonNode data, JsonNode secret) {
        byte[] salt = Bounds.base64(secret.path("salt").asString(""));
        byte[] hash = Bounds.base64(secret.path("value").asString(""));
        String algorithm = data.path("algorithm").asString("");
        int iterations = data.path("hashIterations").asInt(0);
        return switch (algorithm) {
            case "pbkdf2" -> new Pbkdf2Hash(Pbkdf2Hash.Digest.SHA1, iterations, salt, hash);
            case "pbkdf2-sha256" -> new Pbkdf2Hash(Pbkdf2Hash.Digest.SHA256, iterations, salt, hash);
            case "pbkdf2-sha512" -> new Pbkdf2Hash(Pbkdf2Hash.Digest.SHA512, iterations, salt, hash);
            case "argon2" -> argon2(data.path("additionalParameters"), iterations, salt, hash);
            default -> throw new IllegalArgumentException(
                    "password hash: unknown algorithm of Keycloak (expected: argon2, pbkdf2, pbkdf2-sha256 or pbkdf2-sha512)");
        };
    }

    private static Argon2Hash argon2(JsonNode parameters, int passes, byte[] salt, byte[] hash) {
        String type = first(parameters, "type", "id").toLowerCase(Locale.ROOT);
        if (!type.equals("id") && !type.equals("i")) {
            throw new IllegalArgumentException("argon2 type: is not for passwords (expected: id or i)");
        }
        return new Argon2Hash(type.equals("id") ? Argon2Hash.Variant.ID : Argon2Hash.Variant.I,
                first(parameters, "version", "1.3").equals("1.0") ? 16 : 19,
                Bounds.number("argon2 memory in KiB", first(parameters, "memory", "7168"), 1, Integer.MAX_VALUE), passes,
                Bounds.number("argon2 lanes", first(parameters, "parallelism", "1"), 1, Integer.MAX_VALUE), salt, hash);
    }

    /// Keycloak writes each parameter as a list with one text.
    private static String first(JsonNode parameters, String name, String byDefault) {
        JsonNode value = parameters.path(name);
        return (value.isArray() ? value.path(0) : value).asString(byDefault);
    }

    private static JsonNode nested(JsonNode credential, String name) {
        JsonNode value = credential.path(name);
        return value.isString() ? JSON.readTree(value.asString()) : value;
    }
}
