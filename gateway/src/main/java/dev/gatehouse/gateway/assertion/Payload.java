package dev.gatehouse.gateway.assertion;

import java.util.List;

import dev.gatehouse.gateway.authentication.Caller;

/// Writes an assertion's claims: one JSON object of ASCII only, each claim that has a header under the same condition as that in
/// [dev.gatehouse.gateway.identity.BackendHeaders]. Thread-safe, no state.
final class Payload {

    private static final List<String> TEXTS = List.of("preferred_username", "email", "sid", "client_id");

    private Payload() {}

    /// @param issued `iat`, in seconds
    /// @param expires `exp`, in seconds
    static String of(String issuer, String audience, Caller.Authenticated caller, long issued, long expires) {
        StringBuilder json = new StringBuilder(384);
        text(json.append("{\"iss\":"), issuer);
        text(json.append(",\"aud\":"), audience);
        text(json.append(",\"sub\":"), caller.subject());
        json.append(",\"iat\":").append(issued).append(",\"exp\":").append(expires);
        for (int i = 0; i < TEXTS.size(); i++) {
            String claim = TEXTS.get(i);
            if (caller.claims().get(claim) instanceof String value && !value.isEmpty()) {
                text(json.append(",\"").append(claim).append("\":"), value);
            }
        }
        if (caller.claims().get("iss") instanceof String tokens && !tokens.isEmpty()) {
            whose(json, tokens, caller.subject());
        }
        roles(json, caller.roles());
        scope(json, caller.scopes());
        return json.append('}').toString();
    }

    /// Subjects of two issuers may be equal (RFC 9493 §3.2.3): `iss` of an assertion is the gateway.
    private static void whose(StringBuilder json, String issuer, String subject) {
        text(json.append(",\"sub_id\":{\"format\":\"iss_sub\",\"iss\":"), issuer);
        text(json.append(",\"sub\":"), subject);
        json.append('}');
    }

    private static void roles(StringBuilder json, List<String> roles) {
        if (!roles.isEmpty()) {
            json.append(",\"roles\":");
            for (int i = 0; i < roles.size(); i++) {
                text(json.append(i == 0 ? '[' : ','), roles.get(i));
            }
            json.append(']');
        }
    }

    private static void scope(StringBuilder json, List<String> scopes) {
        if (!scopes.isEmpty()) {
            text(json.append(",\"scope\":"), String.join(" ", scopes));
        }
    }

    /// A string (RFC 8259 §7). What is not ASCII is escaped, so that its length is its length in bytes; half a surrogate pair, which no parser
    /// reads like the next one, becomes U+FFFD.
    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                json.append('\\').append(character);
            } else if (character >= ' ' && character < 0x7f) {
                json.append(character);
            } else if (Character.isSurrogate(character)) {
                if (i + 1 < text.length() && Character.isSurrogatePair(character, text.charAt(i + 1))) {
                    escape(json, character);
                    escape(json, text.charAt(++i));
                } else {
                    escape(json, '\ufffd');
                }
            } else {
                escape(json, character);
            }
        }
        json.append('"');
    }

    private static void escape(StringBuilder json, char character) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(Character.forDigit((character >> shift) & 0xf, 16));
        }
    }
}
