package dev.gatehouse.auth.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.broker.Broker;
import dev.gatehouse.auth.broker.BrokerAway;
import dev.gatehouse.auth.broker.Message;

/// Carries events from the outbox to the broker, at least once and each subject's in order. One instance at a time does it, under a lock
/// that ends with its transaction: two that share the work could overtake each other. Whoever dies in the middle leaves rows that
/// are not marked, and the next one sends them again under the same ids. Confined to one thread.
final class EventPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final int BATCH = 200;

    private final Outbox outbox;
    private final Broker broker;
    private final CloudEvents rendering;
    private final TransactionTemplate transactions;
    private final Duration patience;

    /// Starts nothing.
    ///
    /// @param patience with the broker's confirmations of one batch
    EventPublisher(Outbox outbox, Broker broker, CloudEvents rendering, TransactionTemplate transactions, Duration patience) {
        this.outbox = outbox;
        this.broker = broker;
        this.rendering = rendering;
        this.transactions = transactions;
        this.patience = patience;
    }

    /// Publishes one batch and marks what the broker took of it.
    Outcome publishSome() {
        try {
            broker.connect(); // ahead of the transaction, which must not wait for that
            return transactions.execute(_ -> publishUnderLock());
        } catch (BrokerAway away) {
            LOG.debug("publishing failed", away);
            return new Outcome.Failed(away.reason());
        }
    }

    private Outcome publishUnderLock() {
        if (!outbox.lockForPublishing(patience.multipliedBy(3))) {
            return new Outcome.Done(); // another instance is at it
        }
        List<OutboxRow> batch = outbox.unpublished(BATCH);
        Set<UUID> published = new HashSet<>();
        Optional<String> failure = publish(batch, published);
        outbox.markPublished(published);
        if (failure.isPresent()) {
            return new Outcome.Failed(failure.get());
        }
        if (published.size() < batch.size()) {
            return new Outcome.Failed("the broker does not take all events");
        }
        return batch.size() == BATCH ? new Outcome.More() : new Outcome.Done();
    }

    private Optional<String> publish(List<OutboxRow> batch, Set<UUID> published) {
        long until = System.nanoTime() + patience.toNanos();
        Set<UUID> stuck = new HashSet<>(); // subjects that wait for an event of theirs
        try {
            for (List<OutboxRow> wave : waves(batch)) {
                List<OutboxRow> free = wave.stream().filter(row -> row.subject().filter(stuck::contains).isEmpty()).toList();
                Duration left = Duration.ofNanos(until - System.nanoTime());
                if (free.isEmpty() || !left.isPositive()) {
                    break;
                }
                List<Message> messages = free.stream().map(rendering::render).toList();
                Set<String> confirmed = broker.publish(messages, left);
                for (OutboxRow row : free) {
                    if (confirmed.contains(row.id().toString())) {
                        published.add(row.id());
                    } else {
                        row.subject().ifPresent(stuck::add);
                    }
                }
            }
            return Optional.empty();
        } catch (BrokerAway away) {
            LOG.debug("publishing failed", away);
            return Optional.of(away.reason());
        }
    }

    /// {@return the batch in waves of events that may be on their way at the same time: at most one of each subject}
    ///
    /// The next wave leaves when the one before has arrived, so that no event overtakes an earlier one of its subject, whatever the
    /// broker refuses meanwhile.
    static List<List<OutboxRow>> waves(List<OutboxRow> batch) {
        List<List<OutboxRow>> waves = new ArrayList<>();
        Map<UUID, Integer> next = new HashMap<>();
        for (OutboxRow row : batch) {
            int wave = row.subject().map(subject -> next.merge(subject, 1, Integer::sum) - 1).orElse(0);
            while (waves.size() <= wave) {
                waves.add(new ArrayList<>());
            }
            waves.get(wave).add(row);
        }
        return waves;
    }
}
