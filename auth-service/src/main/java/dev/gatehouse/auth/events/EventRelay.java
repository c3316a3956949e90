package dev.gatehouse.auth.events;

import java.time.Duration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.background.Worker;
import dev.gatehouse.auth.background.Working;
import dev.gatehouse.auth.broker.Broker;

/// Keeps the publisher going from the start of the service to its end, and says how far behind it is. Thread-safe.
public final class EventRelay implements Working, AfterAppend {

    private static final Logger LOG = LoggerFactory.getLogger(EventRelay.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final @Nullable Broker broker;
    private final Worker worker;

    private EventRelay(Outbox outbox, MeterRegistry meters, @Nullable Broker broker, Worker worker) {
        this.broker = broker;
        this.worker = worker;
        Gauge.builder("auth.outbox.oldest", outbox, EventRelay::oldestSeconds).baseUnit("seconds")
                .description("age of the oldest event that the broker does not have").register(meters);
    }

    static EventRelay toNowhere(Outbox outbox, MeterRegistry meters) {
        return new EventRelay(outbox, meters, null, new Worker("event-relay", Outcome.Done::new));
    }

    static EventRelay to(Broker broker, EventPublisher publisher, Outbox outbox, MeterRegistry meters) {
        return new EventRelay(outbox, meters, broker, new Worker("event-relay", publisher::publishSome, FIRST_PAUSE));
    }

    /// {@return "up", "down", or "off" where no broker is set}
    public String brokerState() {
        if (broker == null) {
            return "off";
        }
        return broker.answers() ? "up" : "down";
    }

    @Override
    public void appended() {
        worker.wake();
    }

    @Override
    public void start() {
        if (broker == null) {
            LOG.warn("RABBITMQ_HOST: is not set; events stay in the outbox");
        } else {
            Working.super.start();
        }
    }

    @Override
    public void stop() {
        Working.super.stop();
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    public Worker worker() {
        return worker;
    }

    private static double oldestSeconds(Outbox outbox) {
        try {
            return outbox.oldestUnpublished().toMillis() / 1000.0;
        } catch (DataAccessException away) {
            return Double.NaN;
        }
    }
}
