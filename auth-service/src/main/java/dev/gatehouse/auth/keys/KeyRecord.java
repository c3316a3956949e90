package dev.gatehouse.auth.keys;

import java.time.Instant;
import java.util.Locale;

/// A signing key as it lies in the database.
///
/// @param kid RFC 7638 thumbprint
/// @param algorithm JWS name
/// @param state where it stands
/// @param since when it came there
/// @param publicJwk readable half
/// @param sealed private half, sealed for `signing-key:` and the kid; empty once it is not needed any more
@SuppressWarnings("ArrayRecordComponent") // never compared; made and taken apart at once
public record KeyRecord(String kid, String algorithm, State state, Instant since, String publicJwk, byte[] sealed) {

    /// The life of a key; what is gone has no row.
    public enum State {
        /// Published, so that everybody knows it before it signs.
        NEXT,
        /// Signs.
        ACTIVE,
        /// Published until its last token has long expired.
        RETIRED;

        /// {@return as the database has it}
        public String stored() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String stored) {
            return valueOf(stored.toUpperCase(Locale.ROOT));
        }
    }

    /// {@return its name as events and the audit log have it: 16 hexadecimal digits, the same for the same key}
    public String label() {
        return label(kid);
    }

    /// {@return the same, from its name alone}
    ///
    /// @param kid RFC 7638 thumbprint
    public static String label(String kid) {
        byte[] thumbprint = java.util.Base64.getUrlDecoder().decode(kid);
        return java.util.HexFormat.of().formatHex(thumbprint, 0, 8);
    }
}
