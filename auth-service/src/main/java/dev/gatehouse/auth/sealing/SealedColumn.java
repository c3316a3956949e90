package dev.gatehouse.auth.sealing;

import java.util.List;

/// A column whose values a [Sealer] made; null or empty where there is nothing to hide. Here and not with the packages that seal them, because
/// the command `keys reseal` runs without these; a test compares the list with the schema.
///
/// @param table its table
/// @param key the table's primary key, a `uuid` or `text`
/// @param column the column, `bytea`
/// @param purpose what the values are sealed for, without the key's text, which follows it
record SealedColumn(String table, String key, String column, String purpose) {

    /// Whoever seals a column adds it here.
    static final List<SealedColumn> ALL = List.of(new SealedColumn("signing_key", "kid", "private_jwk", "signing-key:"),
            new SealedColumn("session", "id", "refresh_key", "session:"),
            new SealedColumn("mail_outbox", "id", "payload", "mail:"),
            new SealedColumn("idempotency_key", "id", "answer", "idempotency:"),
            new SealedColumn("totp", "id", "secret", "totp:"),
            new SealedColumn("totp_enrolment", "id", "secret", "totp:"),
            new SealedColumn("recovery_key", "id", "key", "recovery:"));
}
