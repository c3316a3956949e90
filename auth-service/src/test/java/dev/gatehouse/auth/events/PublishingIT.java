package dev.gatehouse.auth.events;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AmqpConsumer;
import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.TestBroker;
import dev.gatehouse.auth.tracing.TestCollector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What consumers get while all is well.
final class PublishingIT {

    private static TestBroker broker;
    private static TestCollector collector;
    private static AuthServer server;
    private static AmqpConsumer consumer;

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        Map<String, String> environment = AuthServer.environment();
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(broker.port()));
        environment.put("RABBITMQ_QUEUE", "events-of-this-test");
        collector = new TestCollector();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
        server = AuthServer.start(environment);
        await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/auth/health").text("broker").equals("up"));
        consumer = new AmqpConsumer(broker.port(), "events-of-this-test");
    }

    @AfterAll
    static void stop() throws Exception {
        consumer.channel().queueDelete("events-of-this-test"); // a RabbitMQ outlives this test
        consumer.close();
        server.close();
        broker.close();
        collector.close();
    }

    @Test
    void arriveAsCloudEventsInTheOrderInWhichTheyHappened() {
        SignedIn someone = server.someone();
        server.postEmpty("/auth/logout", someone.bearer());
        String id = userId(someone);

        var deliveries = consumer.awaitAbout(id, 4);

        assertThat(deliveries).extracting(AmqpConsumer.Delivery::type).containsExactly("dev.gatehouse.auth.user.registered.v1",
                "dev.gatehouse.auth.session.created.v1", "dev.gatehouse.auth.user.login_succeeded.v1",
                "dev.gatehouse.auth.session.revoked.v1");
        assertThat(deliveries).extracting(each -> Long.parseLong(each.event().path("sequence").asString())).containsExactly(1L,
                2L, 3L, 4L);
        var revoked = deliveries.getLast().event();
        assertThat(revoked.propertyNames()).containsExactlyInAnyOrder("specversion", "id", "source", "type", "subject", "time",
                "sequence", "sid", "datacontenttype", "data");
        assertThat(revoked.path("source").asString()).isEqualTo(AuthServer.ISSUER);
        assertThat(revoked.path("data").toString()).isEqualTo("{\"reason\":\"logout\"}");
    }

    @Test
    void arePersistentAndCarryTheIdByWhichDuplicatesAreKnown() {
        SignedIn someone = server.someone();

        var delivery = consumer.awaitAbout(userId(someone), 1).getFirst();

        var properties = delivery.response().getProps();
        assertThat(properties.getContentType()).isEqualTo("application/cloudevents+json");
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getMessageId()).isEqualTo(delivery.id());
        assertThat(delivery.response().getEnvelope().getExchange()).isEqualTo("auth.events");
        assertThat(delivery.response().getEnvelope().getRoutingKey()).isEqualTo("user.registered");
    }

    @Test
    void carryTheGatewaysTraceAndNothingThatNamesSomebody() {
        SignedIn someone = server.someone();
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD), "traceparent", trace, "User-Agent",
                "Curious/1.0");

        var deliveries = consumer.awaitAbout(userId(someone), 5);

        assertThat(deliveries.getLast().event().path("traceparent").asString()).isEqualTo(trace);
        assertThat(deliveries.toString()).doesNotContain(someone.name(), "@example.com", "127.0.0.1", "Curious", "rt1_");
    }

    @Test
    void requestIsASpanBelowTheGateways() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        server.post("/auth/login", AuthServer.login("nobody", "nothing"), "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");

        await().atMost(Duration.ofSeconds(30)).until(() -> !collector.of(trace).isEmpty());

        assertThat(collector.of(trace)).singleElement().satisfies(span -> {
            assertThat(span.getName()).isEqualTo("POST /auth/login");
            assertThat(TestCollector.hex(span.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(span.toString()).contains("login.failed").doesNotContain("nobody");
        });
    }

    @Test
    void rejectedOnesHaveAQueueOfTheirOwn() throws Exception {
        var channel = consumer.channel();
        if (broker.movesDeadLetters()) {
            server.someone();
            var rejected = await().atMost(Duration.ofSeconds(60)).until(() -> channel.basicGet("events-of-this-test", false),
                    java.util.Objects::nonNull);
            channel.basicReject(rejected.getEnvelope().getDeliveryTag(), false);
        } else {
            channel.basicPublish("auth.events.dlx", "user.registered", null, new byte[0]);
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> channel.basicGet("events-of-this-test.dead", true) != null);
    }

    @Test
    void thoseThatTheBrokerHasAreKeptForAWeek() {
        SignedIn someone = server.someone();
        var id = java.util.UUID.fromString(userId(someone));
        consumer.awaitAbout(id.toString(), 3);
        var outbox = server.bean(Outbox.class);
        await().atMost(Duration.ofSeconds(60)).until(() -> count(id, "published_at IS NULL") == 0);
        server.database().sql("UPDATE outbox SET audited_at = now() WHERE subject = ?").param(id).update();

        outbox.deleteSome(1000);
        assertThat(count(id, "true")).isEqualTo(3);

        server.database().sql("UPDATE outbox SET published_at = now() - interval '8 days' WHERE subject = ? AND sequence < 3")
                .param(id).update();
        outbox.deleteSome(1000);
        assertThat(count(id, "true")).isEqualTo(1);
    }

    @Test
    void metricsTellHowFarBehindThePublisherIs() {
        assertThat(server.bean(io.micrometer.core.instrument.MeterRegistry.class).get("auth.outbox.oldest").gauge().value())
                .isBetween(0.0, 30.0);
    }

    private static long count(java.util.UUID subject, String which) {
        return server.database().sql("SELECT count(*) FROM outbox WHERE subject = ? AND " + which).param(subject)
                .query(Long.class).single();
    }

    private static String userId(SignedIn someone) {
        return server.database().sql("SELECT id::text FROM account WHERE username = ?").param(someone.name())
                .query(String.class).single();
    }
}
