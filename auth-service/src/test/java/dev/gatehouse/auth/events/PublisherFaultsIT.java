package dev.gatehouse.auth.events;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AmqpConsumer;
import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.FaultyProxy;
import dev.gatehouse.auth.TestBroker;
import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.broker.Broker;
import dev.gatehouse.auth.settings.BrokerSettings;
import dev.gatehouse.auth.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A publisher that is driven by hand, one step at a time, with a broker behind a way that fails.
@Tag("slow")
final class PublisherFaultsIT {

    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final int EVENTS = 6; // three for each of two users

    private static TestBroker amqp;
    private static AuthServer server; // without a broker: nobody but this test publishes

    private final TransactionTemplate transactions = server.bean(TransactionTemplate.class);
    private final Outbox outbox = server.bean(Outbox.class);
    private final String queue = "faults-" + UUID.randomUUID();
    private final UUID one = UUID.randomUUID();
    private final UUID two = UUID.randomUUID();

    private FaultyProxy proxy;
    private Broker broker;
    private EventPublisher publisher;
    private AmqpConsumer consumer;

    @BeforeAll
    static void start() {
        amqp = new TestBroker();
        server = AuthServer.start(AuthServer.environment());
    }

    @AfterAll
    static void stop() {
        server.close();
        amqp.close();
    }

    @BeforeEach
    void connect() {
        server.database().sql("UPDATE outbox SET published_at = now()").update();
        proxy = new FaultyProxy(amqp.port());
        broker = new Broker(settings(proxy.port()));
        publisher = publisher(broker);
        consumer = new AmqpConsumer(amqp.port(), queue);
        assertThat(publisher.publishSome()).isEqualTo(new Outcome.Done());
        assertThat(broker.answers()).isTrue();
        IntStream.range(0, EVENTS / 2).forEach(_ -> List.of(one, two).forEach(this::append));
    }

    @AfterEach
    void disconnect() throws Exception {
        consumer.channel().queueDelete(queue); // or what the next test publishes would reach it
        proxy.close();
        broker.close();
        consumer.close();
    }

    @Test
    void loseNothingWhenTheBrokerRefuses() {
        proxy.refuse(true);
        proxy.cut();
        await().atMost(Duration.ofSeconds(60)).until(() -> !broker.answers());

        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(unpublished()).isEqualTo(EVENTS);

        proxy.refuse(false);
        assertThat(publisher.publishSome()).isEqualTo(new Outcome.Done());
        assertArrived();
        assertThat(consumer.all()).hasSize(EVENTS);
    }

    @Test
    void sayInTheOperatorsWordsWhatIsWrong() {
        proxy.close();
        await().atMost(Duration.ofSeconds(60)).until(() -> !broker.answers());

        assertThat(publisher.publishSome()).isEqualTo(
                new Outcome.Failed("RABBITMQ_HOST: 127.0.0.1:" + proxy.port() + " does not listen"));
    }

    @Test
    void giveUpOnABrokerThatSaysNothingWhenItIsCalled() {
        proxy.cut();
        proxy.hold();
        await().atMost(Duration.ofSeconds(60)).until(() -> !broker.answers());

        long start = System.nanoTime();
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));

        proxy.release();
        assertThat(publisher.publishSome()).isEqualTo(new Outcome.Done());
        assertArrived();
    }

    @Test
    void waitOnForALateConfirmationInsteadOfSendingAgain() {
        proxy.holdAnswers();
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(unpublished()).isEqualTo(EVENTS);

        proxy.release();
        await().atMost(Duration.ofSeconds(60)).until(() -> publisher.publishSome().equals(new Outcome.Done()));
        assertArrived();
        assertThat(consumer.all()).as("not one of them twice").hasSize(EVENTS);
    }

    @Test
    void sendAgainUnderTheSameIdWhatWasNotConfirmedWhenTheBrokerDied() {
        proxy.holdAnswers();
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        proxy.cut();
        proxy.release();

        await().atMost(Duration.ofSeconds(60)).until(() -> publisher.publishSome().equals(new Outcome.Done()));
        assertArrived();
        assertThat(consumer.all()).as("the first of each came twice").hasSize(EVENTS + 2);
    }

    @Test
    void waitWithinADeadlineForABrokerThatReadsNoMore() {
        proxy.hold();

        long start = System.nanoTime();
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));

        proxy.release();
        await().atMost(Duration.ofSeconds(60)).until(() -> publisher.publishSome().equals(new Outcome.Done()));
        assertArrived();
    }

    /// A broker that is short of memory says so (RabbitMQ's extension of AMQP 0-9-1, methods 60 and 61 of class 10) and then takes nothing.
    @Test
    void sayThatTheBrokerIsBlockedAndPublishWhenItIsNotAnyMore() {
        proxy.say(frame(60, 3, 'l', 'o', 'w'));
        await().atMost(Duration.ofSeconds(60)).until(() -> !broker.answers());
        proxy.hold();
        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(unpublished()).isEqualTo(EVENTS);

        proxy.release();
        await().atMost(Duration.ofSeconds(60)).until(() -> publisher.publishSome().equals(new Outcome.Done()));
        assertArrived();
        proxy.say(frame(61));
        await().atMost(Duration.ofSeconds(60)).until(broker::answers);
    }

    private static byte[] frame(int method, int... arguments) {
        int size = 4 + arguments.length;
        java.nio.ByteBuffer frame = java.nio.ByteBuffer.allocate(8 + size).put((byte) 1).putShort((short) 0).putInt(size)
                .putShort((short) 10).putShort((short) method);
        for (int argument : arguments) {
            frame.put((byte) argument);
        }
        return frame.put((byte) 0xCE).array();
    }

    @Test
    void keepWhatReachedNoQueueAndMakeTheQueueAgain() throws Exception {
        consumer.channel().queueDelete(queue);

        assertThat(publisher.publishSome()).isInstanceOf(Outcome.Failed.class);
        assertThat(unpublished()).isEqualTo(EVENTS);

        assertThat(publisher.publishSome()).isEqualTo(new Outcome.Done());
        assertArrived();
    }

    @Test
    void useAQueueThatSomebodyElseMade() throws Exception {
        String foreign = "foreign-" + queue;
        consumer.channel().queueDeclare(foreign, true, false, false, null);
        try (Broker other = new Broker(new BrokerSettings("127.0.0.1", amqp.port(), false, "/", "guest", password("guest"),
                foreign)); AmqpConsumer reader = new AmqpConsumer(amqp.port(), foreign)) {
            assertThat(publisher(other).publishSome()).isEqualTo(new Outcome.Done());
            assertThat(reader.about(one.toString())).hasSize(EVENTS / 2);
            reader.channel().queueDelete(foreign);
        }
    }

    @Test
    void sayThatThePasswordIsRefused() {
        try (Broker refused = new Broker(new BrokerSettings("127.0.0.1", amqp.port(), false, "/", "guest", password("wrong"),
                queue))) {
            assertThat(publisher(refused).publishSome()).isInstanceOfSatisfying(Outcome.Failed.class,
                    failed -> assertThat(failed.reason()).contains("refuses the user").doesNotContain("wrong"));
        }
    }

    @Test
    void publishOnceAndInOrderHoweverManyInstancesThereAre() throws Exception {
        IntStream.range(0, 100).forEach(_ -> List.of(one, two).forEach(this::append));
        try (Broker second = new Broker(settings(amqp.port())); var threads = Executors.newFixedThreadPool(2)) {
            EventPublisher other = publisher(second);
            Callable<Boolean> untilDone = () -> {
                while (unpublished() > 0) {
                    publisher.publishSome();
                }
                return true;
            };
            Callable<Boolean> alongside = () -> {
                while (unpublished() > 0) {
                    other.publishSome();
                }
                return true;
            };
            for (var running : threads.invokeAll(List.of(untilDone, alongside))) {
                assertThat(running.get()).isTrue();
            }
        }

        assertThat(sequences(one)).isEqualTo(LongStream.rangeClosed(1, 103).boxed().toList());
        assertThat(sequences(two)).isEqualTo(LongStream.rangeClosed(1, 103).boxed().toList());
    }

    /// Everything is there; after duplicates are dropped, once and in order.
    private void assertArrived() {
        assertThat(unpublished()).isZero();
        assertThat(sequences(one)).containsExactly(1L, 2L, 3L);
        assertThat(sequences(two)).containsExactly(1L, 2L, 3L);
    }

    private List<Long> sequences(UUID user) {
        Set<String> seen = new HashSet<>();
        return consumer.about(user.toString()).stream().filter(each -> seen.add(each.id()))
                .map(each -> Long.parseLong(each.event().path("sequence").asString())).toList();
    }

    private void append(UUID user) {
        transactions.executeWithoutResult(
                _ -> server.bean(Events.class).append(Event.about(EventType.USER_EXPORTED, user)));
    }

    private long unpublished() {
        return server.database().sql("SELECT count(*) FROM outbox WHERE published_at IS NULL").query(Long.class).single();
    }

    private EventPublisher publisher(Broker to) {
        return new EventPublisher(outbox, to, new CloudEvents(AuthServer.ISSUER), transactions, PATIENCE);
    }

    private BrokerSettings settings(int port) {
        return new BrokerSettings("127.0.0.1", port, false, "/", "guest", password("guest"), queue);
    }

    private static Secret password(String text) {
        return Secret.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
