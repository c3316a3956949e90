package dev.gatehouse.auth;

import java.util.Optional;

import dev.gatehouse.devservices.AmqpBroker;

/// The broker of a test: one in this JVM, or the RabbitMQ on this machine whose port is in `GATEHOUSE_TEST_RABBITMQ_PORT`.
public final class TestBroker implements AutoCloseable {

    private static final Optional<Integer> RABBITMQ = Optional.ofNullable(System.getenv("GATEHOUSE_TEST_RABBITMQ_PORT"))
            .map(Integer::valueOf);

    private final Optional<AmqpBroker> ours = RABBITMQ.isPresent() ? Optional.empty() : Optional.of(AmqpBroker.temporary());

    public int port() {
        return ours.map(AmqpBroker::port).or(() -> RABBITMQ).orElseThrow();
    }

    /// {@return whether it moves what is rejected to the dead letters}
    public boolean movesDeadLetters() {
        return RABBITMQ.isPresent();
    }

    @Override
    public void close() {
        ours.ifPresent(AmqpBroker::close);
    }
}
