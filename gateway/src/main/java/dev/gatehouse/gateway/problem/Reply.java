package dev.gatehouse.gateway.problem;

import java.util.List;

/// An answer of the gateway's own, whatever host writes it. Not to be changed once it is made.
///
/// @param status RFC 9110 §15
/// @param fields of the header section; each takes the place of what was there under its name. The length is the host's business
/// @param body its octets; none when it is empty
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(int status, List<Rejection.Field> fields, byte[] body) {

    private static final byte[] NONE = {};

    /// An answer without a body.
    public static Reply empty(int status, Rejection.Field... fields) {
        return new Reply(status, List.of(fields), NONE);
    }
}
