package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Preambles octet by octet, each with a request behind it of which the reader may take nothing.
class PreambleReaderTests {

    private static final String REST = "GET / HTTP/1.1\r\n";
    private static final String REFUSED = "refused";
    private static final String UNTOLD = "untold";
    private static final String MORE = "more";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String FOUR = "\u00cb\0q\u0009\u00c0\0\u0002\u0001\u0015\u00b3\u0001\u00bb";
    private static final String SIX = " \u0001\r\u00b8" + "\0".repeat(11) + "\u0007" + "\0".repeat(20);

    record Row(String why, String octets, String outcome) {

        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<Row> rows() {
        return Stream.concat(lines(), blocks());
    }

    private static Stream<Row> lines() {
        String end = " 192.0.2.1 5555 443\r\n";
        return Stream.of(
                new Row("version 4", "PROXY TCP4 203.0.113.7" + end, "203.0.113.7"),
                new Row("version 6", "PROXY TCP6 2001:db8::7 2001:db8::1 5555 443\r\n", "2001:db8:0:0:0:0:0:7"),
                new Row("version 4 in version 6", "PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n", "203.0.113.7"),
                new Row("ports at their ends", "PROXY TCP4 1.2.3.4 5.6.7.8 0 65535\r\n", "1.2.3.4"),
                new Row("the longest line", "PROXY UNKNOWN " + "f".repeat(91) + "\r\n", UNTOLD),
                new Row("unknown", "PROXY UNKNOWN\r\n", UNTOLD),
                new Row("unknown with addresses", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", UNTOLD),
                new Row("a line that has not ended", "PROXY TCP4 203.0.113.7", MORE),
                new Row("a line of 108 octets", "PROXY UNKNOWN " + "f".repeat(92) + "\r\n", REFUSED),
                new Row("a line without an end", "PROXY UNKNOWN " + "f".repeat(200), REFUSED),
                new Row("unknown and more", "PROXY UNKNOWNS\r\n", REFUSED),
                new Row("no address", "PROXY TCP4\r\n", REFUSED),
                new Row("one address", "PROXY TCP4 203.0.113.7\r\n", REFUSED),
                new Row("one port", "PROXY TCP4 203.0.113.7 192.0.2.1 5555\r\n", REFUSED),
                new Row("a third port", "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443 1\r\n", REFUSED),
                new Row("a space at the end", "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443 \r\n", REFUSED),
                new Row("two spaces", "PROXY TCP4  203.0.113.7" + end, REFUSED),
                new Row("a tab", "PROXY TCP4\t203.0.113.7" + end, REFUSED),
                new Row("small letters", "proxy TCP4 203.0.113.7" + end, REFUSED),
                new Row("a family in small letters", "PROXY tcp4 203.0.113.7" + end, REFUSED),
                new Row("an unknown family", "PROXY TCP9 203.0.113.7" + end, REFUSED),
                new Row("datagrams", "PROXY UDP4 203.0.113.7" + end, REFUSED),
                new Row("an octet beyond 255", "PROXY TCP4 203.0.113.777" + end, REFUSED),
                new Row("an octal octet", "PROXY TCP4 203.0.113.07" + end, REFUSED),
                new Row("a short form", "PROXY TCP4 203.0.7" + end, REFUSED),
                new Row("a number", "PROXY TCP4 3405803783" + end, REFUSED),
                new Row("a name", "PROXY TCP4 localhost" + end, REFUSED),
                new Row("version 6 as version 4", "PROXY TCP4 2001:db8::7" + end, REFUSED),
                new Row("version 4 as version 6", "PROXY TCP6 203.0.113.7" + end, REFUSED),
                new Row("a bad destination", "PROXY TCP4 203.0.113.7 x 5555 443\r\n", REFUSED),
                new Row("a zone", "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", REFUSED),
                new Row("brackets", "PROXY TCP6 [2001:db8::7] ::1 1 2\r\n", REFUSED),
                new Row("a port beyond 16 bits", "PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n", REFUSED),
                new Row("a port with a zero ahead", "PROXY TCP4 203.0.113.7 192.0.2.1 05555 443\r\n", REFUSED),
                new Row("a negative port", "PROXY TCP4 203.0.113.7 192.0.2.1 -1 443\r\n", REFUSED),
                new Row("a line feed alone", "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443\n", REFUSED),
                new Row("a carriage return alone", "PROXY TCP4 203.0.113.7\r192.0.2.1 5555 443\r\n", REFUSED),
                new Row("a NUL", "PROXY TCP4 203.0.113.7\0" + end, REFUSED),
                new Row("an empty line ahead", "\r\nPROXY TCP4 203.0.113.7" + end, REFUSED),
                new Row("a request", "", REFUSED),
                new Row("a PUT", "PUT / HTTP/1.1\r\n", REFUSED));
    }

    private static Stream<Row> blocks() {
        return Stream.of(
                new Row("version 4, binary", block('!', '\u0011', FOUR), "203.0.113.9"),
                new Row("version 6, binary", block('!', '!', SIX), "2001:db8:0:0:0:0:0:7"),
                new Row("extensions", block('!', '\u0011', FOUR + "\u0001\0\u0002h2 \0\0"), "203.0.113.9"),
                new Row("the longest block", block('!', '\u0011', FOUR + "\u0004\u000f\u00f1" + "\0".repeat(4081)),
                        "203.0.113.9"),
                new Row("the proxy itself", block(' ', '\0', ""), UNTOLD),
                new Row("the proxy itself, with addresses", block(' ', '\u0011', FOUR), UNTOLD),
                new Row("no family", block('!', '\0', ""), UNTOLD),
                new Row("no family, and what has to be ignored", block('!', '\0', "whatever"), UNTOLD),
                new Row("a Unix socket", block('!', '1', "/".repeat(216)), UNTOLD),
                new Row("a block that has not ended", SIGNATURE + "!\u0011\0@" + FOUR, MORE),
                new Row("a length longer than what is there", SIGNATURE + "!\u0011\0\u0010" + FOUR, REFUSED),
                new Row("a length shorter than the addresses", SIGNATURE + "!\u0011\0\u000b" + FOUR, REFUSED),
                new Row("a length of nothing", SIGNATURE + "!\u0011\0\0" + FOUR, REFUSED),
                new Row("addresses of version 6 too short", block('!', '!', FOUR), REFUSED),
                new Row("a Unix socket too short", block('!', '1', FOUR), REFUSED),
                new Row("a block longer than any", SIGNATURE + "!\u0011\u0010\u0001", REFUSED),
                new Row("the proxy itself, longer than any", SIGNATURE + " \0\u00ff\u00ff", REFUSED),
                new Row("an extension longer than the block", block('!', '\u0011', FOUR + "\u0001\0\u0003h2"), REFUSED),
                new Row("half an extension", block('!', '\u0011', FOUR + "\u0001\0"), REFUSED),
                new Row("version 1 in the block", block('\u0011', '\u0011', FOUR), REFUSED),
                new Row("version 3", block('1', '\u0011', FOUR), REFUSED),
                new Row("an unknown command", block('"', '\u0011', FOUR), REFUSED),
                new Row("datagrams, binary", block('!', '\u0012', FOUR), REFUSED),
                new Row("an unknown family, binary", block('!', 'A', FOUR), REFUSED),
                new Row("an unknown transport", block('!', '\u0010', FOUR), REFUSED),
                new Row("another signature", "\r\n\r\n\0\r\nQUIT\r!\u0011\0\f" + FOUR, REFUSED));
    }

    private static String block(char command, char family, String rest) {
        return SIGNATURE + command + family + (char) (rest.length() >> 8) + (char) (rest.length() & 0xff) + rest;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void readsOneThingOnly(Row row) {
        assertThat(outcome(row)).isEqualTo(row.outcome);
    }

    private static String outcome(Row row) {
        PreambleReader reader = new PreambleReader();
        boolean open = row.outcome.equals(MORE);
        byte[] octets = (row.octets + (open ? "" : REST)).getBytes(StandardCharsets.ISO_8859_1);
        int taken = 0;
        while (taken < octets.length && reader.process(octets[taken])) {
            taken++;
        }
        if (!reader.isDone()) {
            return reader.isRefused() ? REFUSED : MORE;
        }
        assertThat(taken + 1).as("octets taken").isEqualTo(row.octets.length());
        return switch (reader.preamble()) {
            case Preamble.Client(InetAddress address) -> address.getHostAddress();
            case Preamble.Untold _ -> UNTOLD;
        };
    }
}
