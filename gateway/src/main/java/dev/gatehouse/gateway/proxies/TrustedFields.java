package dev.gatehouse.gateway.proxies;

import java.util.List;

/// Which forwarded fields the trusted proxies write themselves: `GATEHOUSE_TRUSTED_FIELDS`. A proxy passes on what it does not write, so any other may be
/// the client's own word, whoever delivers it. Immutable.
///
/// @param address `X-Forwarded-For`
/// @param proto `X-Forwarded-Proto`
/// @param host `X-Forwarded-Host`
/// @param standard `Forwarded` (RFC 7239) with all that it tells, and no other
record TrustedFields(boolean address, boolean proto, boolean host, boolean standard) {

    private static final List<String> NAMES = List.of("for", "proto", "host", "forwarded");

    /// What nearly every proxy writes unasked.
    static final TrustedFields USUAL = new TrustedFields(true, true, false, false);

    /// Refuses the standard's beside the others.
    TrustedFields {
        if (standard && (address || proto || host)) {
            throw new IllegalArgumentException("fields: forwarded beside others (expected: forwarded alone)");
        }
    }

    /// By their names: `for`, `proto`, `host`, or `forwarded` alone.
    static TrustedFields of(List<String> names) {
        if (!NAMES.containsAll(names)) {
            throw new IllegalArgumentException("fields: " + names + " (expected: some of " + NAMES + ")");
        }
        return new TrustedFields(names.contains("for"), names.contains("proto"), names.contains("host"),
                names.contains("forwarded"));
    }
}
