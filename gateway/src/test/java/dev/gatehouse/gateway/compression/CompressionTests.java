package dev.gatehouse.gateway.compression;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// For whom, which answers, and how.
class CompressionTests {

    /// `Name: value | Name: value`
    private static Function<String, List<String>> fields(String text) {
        return name -> {
            List<String> values = new ArrayList<>();
            for (String field : text.split(" ; ", -1)) {
                int colon = field.indexOf(':');
                if (colon > 0 && field.substring(0, colon).equalsIgnoreCase(name)) {
                    values.add(field.substring(colon + 1).strip());
                }
            }
            return values;
        };
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {"gzip | | true", "br, gzip, deflate | | true", "GZIP | | true",
            "x-gzip | | true",
            "* | | true", "gzip;q=0.5 | | true", "gzip; q=0 | | false", "gzip;q=0, * | | false", "*;q=0 | | false",
            "br | | false",
            "'' | | false", "gzip;q=0.4, identity;q=0.5 | | false", "gzip;q=NaN | | false", "gzip;q=2 | | false",
            "gzip;quality=1 | | false", "gzip | Cookie: theme=dark | false", "gzip | Authorization: Basic YTpi | false",
            "gzip | X-Other: 1 | true"})
    void servesRequestsWithoutCredentials(String accepted, String other, boolean expected) {
        String more = other == null ? "" : " ; " + other;
        assertThat(Compression.ANONYMOUS.serves(false, fields("Accept-Encoding: " + accepted + more))).isEqualTo(expected);
    }

    @Test
    void servesCallersOnlyWhereTheRouteSaysSo() {
        Function<String, List<String>> known = fields("Accept-Encoding: gzip ; Cookie: a=b ; Authorization: Bearer x");

        assertThat(Compression.NONE.serves(false, fields("Accept-Encoding: gzip"))).isFalse();
        assertThat(Compression.ANONYMOUS.serves(true, fields("Accept-Encoding: gzip"))).as("known by a certificate").isFalse();
        assertThat(Compression.ALWAYS.serves(true, known)).isTrue();
        assertThat(Compression.ALWAYS.serves(true, fields(""))).as("who says nothing of codings").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: text/html", "Content-Type: Text/Plain; charset=utf-8",
            "Content-Type: application/json ; Content-Length: 1024",
            "Content-Type: application/problem+json ; Content-Length: 99999999999", "Content-Type: image/svg+xml",
            "Content-Type: text/event-stream", "Content-Type: text/css ; Cache-Control: max-age=60"})
    void compresses(String answer) {
        assertThat(Answer.canBeCompressed(200, fields(answer))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: image/png", "Content-Type: application/octet-stream",
            "Content-Type: application/grpc",
            "Content-Type: text/html ; Content-Type: text/plain", "Content-Type: text/html ; Content-Encoding: br",
            "Content-Type: text/html ; Content-Encoding: identity", "Content-Type: text/html ; Content-Length: 1023",
            "Content-Type: text/html ; Content-Length: 0", "Content-Type: text/html ; Cache-Control: public, No-Transform",
            "Content-Type: text/html ; Content-Range: bytes 0-1/2", "Content-Type: text/html ; Content-Digest: sha-256=:x:",
            "Content-Type: text/html ; Repr-Digest: sha-256=:x:"})
    void leavesAsItIs(String answer) {
        assertThat(Answer.canBeCompressed(200, fields(answer))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 204, 206, 301, 304, 401, 500})
    void leavesOtherAnswersThan200(int status) {
        assertThat(Answer.canBeCompressed(status, fields("Content-Type: text/html"))).isFalse();
    }

    @Test
    void weakensValidators() {
        assertThat(Answer.validator("\"a\"")).isEqualTo("W/\"a\"");
        assertThat(Answer.validator("W/\"a\"")).isEqualTo("W/\"a\"");
    }

    @Test
    void givesBackWhatItTook() throws IOException {
        Random random = new Random(7);
        for (int size : new int[]{0, 1, 100, 8_191, 8_192, 100_000}) {
            byte[] whole = new byte[size];
            for (int i = 0; i < size; i++) {
                whole[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 'a');
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Gzip gzip = Gzip.begin().orElseThrow()) {
                for (int from = 0; from < size;) {
                    int to = Math.min(size, from + 1 + random.nextInt(40_000));
                    out.writeBytes(gzip.part(java.util.Arrays.copyOfRange(whole, from, to)));
                    from = to;
                }
                out.writeBytes(gzip.end());
            }
            assertThat(new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes()).isEqualTo(whole);
        }
    }

    @Test
    void eachPartCanBeReadAtOnce() throws DataFormatException {
        Inflater reader = new Inflater(true);
        try (Gzip gzip = Gzip.begin().orElseThrow()) {
            for (int i = 0; i < 3; i++) {
                byte[] part = gzip.part(("event " + i + "\n").getBytes(StandardCharsets.US_ASCII));
                int head = i == 0 ? 10 : 0;
                reader.setInput(part, head, part.length - head);
                byte[] read = new byte[100];
                assertThat(new String(read, 0, reader.inflate(read), StandardCharsets.US_ASCII)).isEqualTo("event " + i + "\n");
            }
        } finally {
            reader.end();
        }
    }

    @Test
    void beginsNoMoreThanThereMayBe() {
        List<Gzip> open = new ArrayList<>();
        try {
            for (int i = 0; i < Gzip.MOST; i++) {
                Gzip.begin().ifPresent(open::add);
            }
            assertThat(Gzip.begin()).isEmpty();
        } finally {
            open.forEach(Gzip::close);
            open.forEach(Gzip::close);
        }
        Gzip again = Gzip.begin().orElseThrow();
        again.close();
        assertThat(again.part("late".toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII))).isEmpty();
    }
}
