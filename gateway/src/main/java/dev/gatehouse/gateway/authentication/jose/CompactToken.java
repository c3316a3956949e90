package dev.gatehouse.gateway.authentication.jose;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// A JWS in compact serialization (RFC 7515 §7.1), read but not yet believed.
public sealed interface CompactToken {

    /// Longer tokens are refused before anything is looked at: 8 KiB, what a header section can carry.
    int MAX_LENGTH = 8 * 1024;

    /// Reads a token. Refuses everything that has a second reading: padding, characters outside the base64url alphabet, unused bits that
    /// are not zero (RFC 4648 §3.5), members that stand twice, more or fewer than three parts.
    ///
    /// @param known headers that need not be read again
    static CompactToken read(String token, ProvenHeaders known) {
        if (token.length() > MAX_LENGTH) {
            return new Malformed("longer than " + MAX_LENGTH + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            return new Malformed("not three parts");
        }
        byte[] octets = token.getBytes(StandardCharsets.ISO_8859_1); // '?', which is no digit, for what is beyond
        if (octets.length != token.length()) {
            return new Malformed("not base64url"); // one '?' for two characters: no place would be that of the token
        }
        try {
            Map<String, @Nullable Object> before = known.find(token, first);
            Map<String, @Nullable Object> header = before == null
                    ? StrictJson.object(decode(token, octets, 0, first, "header"), "header")
                    : before;
            Map<String, @Nullable Object> claims = StrictJson.object(decode(token, octets, first + 1, second, "claims"),
                    "claims");
            byte[] signature = decode(token, octets, second + 1, octets.length, "signature");
            if (signature.length == 0) {
                return new Malformed("no signature");
            }
            return new Unverified(header, claims, Arrays.copyOf(octets, second), signature);
        } catch (Refusal refusal) {
            return new Malformed(refusal.reason());
        }
    }

    private static byte[] decode(String token, byte[] octets, int from, int to, String name) throws Refusal {
        int length = to - from;
        int unusedBits = switch (length % 4) {
            case 0 -> 0;
            case 2 -> 0b1111;
            case 3 -> 0b11;
            default -> throw new Refusal(name + ": not base64url");
        };
        if (unusedBits != 0 && (digit(token.charAt(to - 1)) & unusedBits) != 0) {
            throw new Refusal(name + ": not canonical base64url");
        }
        if (token.indexOf('=', from, to) >= 0) {
            throw new Refusal(name + ": padded base64url");
        }
        try {
            return octets(Base64.getUrlDecoder().decode(ByteBuffer.wrap(octets, from, length)));
        } catch (IllegalArgumentException _) {
            throw new Refusal(name + ": not base64url");
        }
    }

    @SuppressWarnings("ByteBufferBackingArray") // the whole array, so that it cannot begin elsewhere
    private static byte[] octets(ByteBuffer buffer) {
        if (buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    private static int digit(char character) throws Refusal {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        } else if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        } else if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        } else if (character == '-') {
            return 62;
        } else if (character == '_') {
            return 63;
        }
        throw new Refusal("not base64url");
    }

    /// Nothing that could be a token.
    ///
    /// @param reason for the log
    record Malformed(String reason) implements CompactToken {}

    /// Well-formed, and no more than that.
    ///
    /// @param header the JOSE header's members
    /// @param claims the payload's members
    /// @param signingInput the bytes that the signature covers (RFC 7515 §5.2)
    /// @param signature the signature's bytes
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the verification
    record Unverified(Map<String, @Nullable Object> header, Map<String, @Nullable Object> claims, byte[] signingInput,
            byte[] signature)
            implements
                CompactToken {

        /// `iss`, good for nothing but choosing whose keys to try.
        public Optional<String> issuer() {
            return claims.get("iss") instanceof String issuer ? Optional.of(issuer) : Optional.empty();
        }
    }
}
