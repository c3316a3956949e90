package dev.gatehouse.gateway.framing;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static org.assertj.core.api.Assertions.assertThat;

/// Requests that two parsers could cut apart differently, as octets to the gateway as it ships, with a backend that keeps every octet it is sent. Behind each
/// of them stands a second request on the same connection, which nobody may ever see.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingAttackIT {

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() {
        gateway = JarGateway.shared("""
                version: 1
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public }
                """.formatted(upstream.url()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.gatehouse.gateway.framing.FramingAttacks#refused")
    void refusesWhatTwoParsersCouldCutDifferently(FramingAttacks.Row row) throws Exception {
        String answer = RawClient.exchange(gateway.port(), row.request() + SMUGGLED);

        assertThat(answer).as(row.why()).startsWith("HTTP/1.1 " + row.status() + " ").contains("application/problem+json");
        assertThat(answer.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2);
        assertThat(upstream.drain()).filteredOn(RecordingUpstream.Received::whole).as("what the backend saw").isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.gatehouse.gateway.framing.FramingAttacks#sound")
    void passesWhatCanBeReadInOneWay(FramingAttacks.Row row) throws Exception {
        String last = "GET /last HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answer = RawClient.exchange(gateway.port(), row.request(), last);

        RecordingUpstream.Received seen = upstream.next();
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(seen.whole()).isTrue();
        assertThat(seen.target()).isEqualTo("/x");
        assertThat(seen.all("Content-Length").size() + seen.all("Transfer-Encoding").size()).as("framings")
                .isLessThanOrEqualTo(1);
        assertThat(seen.head()).doesNotContainIgnoringCase("upgrade", "http2-settings", "trailer", "x-user-id", "evil", "\nte:",
                "content_", "content.", "transfer_", "transfer.");
        assertThat(seen.body()).doesNotContainIgnoringCase("x-user-id", "content-length", "evil");
        assertThat(answer.split("HTTP/1\\.1 200", -1)).as("answers").hasSize(3);
        assertThat(upstream.next().target()).isEqualTo("/last");
    }
}
