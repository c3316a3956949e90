package dev.gatehouse.gateway.framing.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TrailerSectionTests {

    private static Http2Headers section() {
        return new DefaultHttp2Headers(false).add("x-sum", "42");
    }

    @Test
    void isTakenAsItIs() {
        assertThat(RequestFields.trailers(section()).get("X-Sum")).isEqualTo("42");
    }

    @ParameterizedTest
    @CsvSource({":path, /evil", ":status, 200", "connection, close", "transfer-encoding, chunked", "X-User-Id, evil", "te, gzip",
            "x-a, 'b\nx-user-id: evil'", "x-a, 'b\rc'", "x-a, ' b'", "x a, b", "'', b"})
    void isLeftOutWhenAFieldOfItCannotBe(String name, String value) {
        assertThat(RequestFields.trailers(section().add(name, value))).isNull();
    }

    @Test
    void isLeftOutWhenItIsTooLong() {
        Http2Headers section = section();
        for (int i = 0; i < 100; i++) {
            section.add("x-" + i, "a");
        }

        assertThat(RequestFields.trailers(section)).isNull();
    }
}
