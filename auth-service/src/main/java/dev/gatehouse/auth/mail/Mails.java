package dev.gatehouse.auth.mail;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.database.AfterCommit;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.request.Origin;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Quotas.Quota;

/// Where everybody asks for a mail to be sent. Thread-safe.
@Component
public final class Mails {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final MailOutbox outbox;
    private final Sealer sealer;
    private final Ids ids;
    private final Clock clock;
    private final MailCourier courier;
    private final Quotas quotas;

    Mails(MailOutbox outbox, Sealer sealer, Ids ids, Clock clock, MailCourier courier, Quotas quotas) {
        this.outbox = outbox;
        this.sealer = sealer;
        this.ids = ids;
        this.clock = clock;
        this.courier = courier;
        this.quotas = quotas;
    }

    /// Makes the mail part of the calling thread's transaction: it is sent if that commits. What it holds lies encrypted in the
    /// database until it is out, and not at all after that. News beyond ten an hour for an account whose address nobody has proved are dropped: whoever
    /// registered with a stranger's address could bring about as many as they like. Blocks on the database.
    ///
    /// @param mail to send
    /// @throws IllegalStateException outside of a transaction
    public void enqueue(Mail mail) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(mail.kind() + " outside of a transaction");
        }
        if (!mail.kind().needsProof()
                && mail.to().unproven().flatMap(account -> quotas.take(Quota.NEWS, account)).isPresent()) {
            return;
        }
        UUID id = ids.next();
        byte[] plain = JSON.writeValueAsString(payload(mail)).getBytes(StandardCharsets.UTF_8);
        outbox.insert(id, mail, sealer.seal(plain, purpose(id)));
        AfterCommit.run(courier::wake);
    }

    static String purpose(UUID id) {
        return "mail:" + id;
    }

    private Map<String, String> payload(Mail mail) {
        Map<String, String> payload = new TreeMap<>();
        payload.put("to", mail.to().address());
        payload.put("username", mail.to().name());
        payload.put("language", mail.to().language().toLanguageTag());
        payload.put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        mail.proof().ifPresent(proof -> {
            payload.put("token", proof.token());
            payload.put("code", proof.code());
        });
        payload.putAll(from(mail.kind()));
        return payload;
    }

    private static Map<String, String> from(MailKind kind) {
        if (kind.isByAdministrator()) {
            return Map.of("address", "", "device", "an administrator");
        }
        Optional<Origin> origin = Origin.current();
        return Map.of("address", origin.map(Origin::address).orElse(""), "device",
                DeviceName.of(origin.map(Origin::userAgent).orElse("")));
    }
}
