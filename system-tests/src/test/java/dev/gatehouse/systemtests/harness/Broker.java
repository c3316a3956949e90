package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.gatehouse.devservices.AmqpBroker;

import static org.assertj.core.api.Assertions.assertThat;

/// The broker of a test: one in this JVM, which never stops, or the RabbitMQ on this machine whose port is in `GATEHOUSE_TEST_RABBITMQ_PORT`, which stops and
/// starts where `GATEHOUSE_TEST_RABBITMQCTL` names its `rabbitmqctl`.
public final class Broker implements AutoCloseable {

    private static final Optional<Integer> RABBITMQ = Optional.ofNullable(System.getenv("GATEHOUSE_TEST_RABBITMQ_PORT"))
            .map(Integer::valueOf);
    private static final Optional<String> CTL = Optional.ofNullable(System.getenv("GATEHOUSE_TEST_RABBITMQCTL"));

    private final Optional<AmqpBroker> ours = RABBITMQ.isPresent() ? Optional.empty() : Optional.of(AmqpBroker.temporary());

    public int port() {
        return ours.map(AmqpBroker::port).or(() -> RABBITMQ).orElseThrow();
    }

    /// All connections end, and it answers nobody until it is started.
    public void stop() {
        control("stop_app");
    }

    public void start() {
        control("start_app");
    }

    private static void control(String command) {
        CTL.ifPresent(ctl -> {
            try {
                Process process = new ProcessBuilder(ctl, command).redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(said).isZero();
            } catch (IOException | InterruptedException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }

    @Override
    public void close() {
        ours.ifPresent(AmqpBroker::close);
    }
}
