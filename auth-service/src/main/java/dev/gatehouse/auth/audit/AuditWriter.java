package dev.gatehouse.auth.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.background.Worker;
import dev.gatehouse.auth.background.Working;
import dev.gatehouse.auth.events.AfterAppend;
import dev.gatehouse.auth.events.Outbox;
import dev.gatehouse.auth.events.OutboxRow;

/// Writes what the outbox has into the audit log, one instance at a time. Whoever dies in the middle leaves neither a row nor a mark.
@Component
final class AuditWriter implements Working, AfterAppend {

    private static final int BATCH = 200;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    // One transaction for the events of a moment, rather than one more for each sign-in.
    private static final Duration GATHERING = Duration.ofMillis(200);

    private final Outbox outbox;
    private final AuditStore store;
    private final TransactionTemplate transactions;
    private final Worker worker = new Worker("audit-writer", this::writeSome, PAUSE, LONGEST_PAUSE, GATHERING);

    AuditWriter(Outbox outbox, AuditStore store, TransactionTemplate transactions) {
        this.outbox = outbox;
        this.store = store;
        this.transactions = transactions;
    }

    Outcome writeSome() {
        return transactions.execute(_ -> {
            if (!outbox.lockForAuditing(LONGEST)) {
                return new Outcome.Done(); // another instance is at it
            }
            List<OutboxRow> rows = outbox.unaudited(BATCH);
            write(rows);
            return rows.size() == BATCH ? new Outcome.More() : new Outcome.Done();
        });
    }

    private void write(List<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<AuditStore.Stored> entries = new ArrayList<>();
        Chain chain = store.head();
        for (OutboxRow row : rows) {
            AuditEntry entry = entry(chain.position() + 1, row);
            chain = chain.with(entry);
            entries.add(new AuditStore.Stored(entry, chain.hash()));
        }
        store.insert(entries);
        outbox.markAudited(rows.stream().map(OutboxRow::id).toList());
    }

    private static AuditEntry entry(long position, OutboxRow row) {
        OutboxRow.Source source = row.source();
        return new AuditEntry(position, row.id(), row.type(), row.outcome(), row.subject(), row.actor(),
                row.session(), row.data(), new AuditEntry.Source(source.address(), source.userAgent(), source.requestId()),
                row.occurredAt());
    }

    @Override
    public void appended() {
        worker.wake();
    }

    @Override
    public Worker worker() {
        return worker;
    }
}
