package dev.gatehouse.gateway.framing;

import java.util.List;
import java.util.stream.Stream;

/// Requests that two parsers could cut apart differently, and some that they could not.
public final class FramingAttacks {

    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: localhost\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private FramingAttacks() {}

    /// One request.
    ///
    /// @param why what a lenient parser would do
    /// @param request its octets
    /// @param status what the gateway answers
    public record Row(String why, String request, int status) {

        @Override
        public String toString() {
            return why;
        }
    }

    private static Row refused(String why, String request) {
        return new Row(why, request, 400);
    }

    public static Stream<Row> refused() {
        return Stream.of(lengths(), codings(), chunks(), lines(), requestLines(), hosts(), sizes()).flatMap(List::stream);
    }

    private static List<Row> lengths() {
        String body = "\r\n\r\nhello";
        return List.of(
                refused("a length beside chunks", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                refused("chunks beside a length", POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                refused("two lengths, equal", POST + "Content-Length: 5\r\nContent-Length: 5" + body),
                refused("two lengths, different", POST + "Content-Length: 5\r\nContent-Length: 6" + body),
                refused("two lengths in one field", POST + "Content-Length: 5, 5" + body),
                refused("a length with a sign", POST + "Content-Length: +5" + body),
                refused("a negative length", POST + "Content-Length: -5" + body),
                refused("a hexadecimal length", POST + "Content-Length: 0x5" + body),
                refused("a length with a space inside", POST + "Content-Length: 5 5" + body),
                refused("a length with leading zeros", POST + "Content-Length: 005" + body),
                refused("a length with a fraction", POST + "Content-Length: 5.0" + body),
                refused("a length with a unit", POST + "Content-Length: 5B" + body),
                refused("a length in digits of Latin-1", POST + "Content-Length: \u00b2" + body),
                refused("an empty length", POST + "Content-Length:" + body),
                refused("a length beyond 64 bits", POST + "Content-Length: 18446744073709551621" + body),
                refused("a length of 19 digits", POST + "Content-Length: 9223372036854775807" + body),
                refused("eight octets that only old WebSockets have",
                        GET + "Sec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n\r\nAAAAAAAA"),
                refused("a length whose name ends in a space", POST + "Content-Length : 5" + body));
    }

    private static List<Row> codings() {
        String end = "\r\n\r\n0\r\n\r\n";
        return List.of(
                refused("chunked, and then something else", POST + "Transfer-Encoding: chunked, identity" + end),
                refused("identity, and then chunked", POST + "Transfer-Encoding: identity, chunked" + end),
                refused("compressed and chunked", POST + "Transfer-Encoding: gzip, chunked" + end),
                refused("chunked twice in one field", POST + "Transfer-Encoding: chunked, chunked" + end),
                refused("chunked twice", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked" + end),
                refused("chunked and another field", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x" + end),
                refused("another field and chunked", POST + "Transfer-Encoding: x\r\nTransfer-Encoding: chunked" + end),
                refused("almost chunked", POST + "Transfer-Encoding: xchunked" + end),
                refused("chunked with a parameter", POST + "Transfer-Encoding: chunked;q=1" + end),
                refused("chunked in quotes", POST + "Transfer-Encoding: \"chunked\"" + end),
                refused("chunked behind a comma", POST + "Transfer-Encoding: ,chunked" + end),
                refused("chunked before a comma", POST + "Transfer-Encoding: chunked," + end),
                refused("a coding with a length", POST + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"),
                refused("an unknown coding with a length",
                        POST + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello"),
                refused("an empty coding with a length", POST + "Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello"),
                refused("a space before the colon", POST + "Transfer-Encoding : chunked" + end),
                refused("a tab before the colon", POST + "Transfer-Encoding\t: chunked" + end),
                refused("a vertical tab before the value", POST + "Transfer-Encoding: \u000bchunked" + end),
                refused("a form feed behind the value", POST + "Transfer-Encoding: chunked\f" + end),
                refused("a no-break space before the value", POST + "Transfer-Encoding:\u00a0chunked" + end),
                refused("a NUL behind the value", POST + "Transfer-Encoding: chunked\0" + end),
                refused("chunks in HTTP/1.0", "POST /x HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked" + end),
                refused("chunks behind a folded line", POST + "Transfer-Encoding:\r\n chunked" + end),
                refused("a GET with both framings", GET + "Content-Length: 0\r\nTransfer-Encoding: chunked" + end),
                new Row("an expectation that nobody meets", POST + "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n", 417),
                new Row("an expectation and another", POST + "Expect: 100-continue, x\r\nContent-Length: 0\r\n\r\n", 417));
    }

    private static List<Row> chunks() {
        return List.of(
                refused("a size beyond 32 bits", CHUNKED + "100000004\r\ntest\r\n0\r\n\r\n"),
                refused("a size beyond 64 bits", CHUNKED + "10000000000000004\r\ntest\r\n0\r\n\r\n"),
                refused("a size beyond 31 bits", CHUNKED + "80000000\r\ntest\r\n0\r\n\r\n"),
                refused("a size padded with zeros", CHUNKED + "000000004\r\ntest\r\n0\r\n\r\n"),
                refused("a negative size", CHUNKED + "-4\r\ntest\r\n0\r\n\r\n"),
                refused("a size with a sign", CHUNKED + "+4\r\ntest\r\n0\r\n\r\n"),
                refused("a size with a prefix", CHUNKED + "0x4\r\ntest\r\n0\r\n\r\n"),
                refused("a size with an underscore", CHUNKED + "0_4\r\ntest\r\n0\r\n\r\n"),
                refused("no size", CHUNKED + "\r\ntest\r\n0\r\n\r\n"),
                refused("a space before the size", CHUNKED + " 4\r\ntest\r\n0\r\n\r\n"),
                refused("a space behind the size", CHUNKED + "4 \r\ntest\r\n0\r\n\r\n"),
                refused("a tab behind the size", CHUNKED + "4\t\r\ntest\r\n0\r\n\r\n"),
                refused("an extension", CHUNKED + "4;a=b\r\ntest\r\n0\r\n\r\n"),
                refused("an extension with quotes", CHUNKED + "4;a=\"b\"\r\ntest\r\n0\r\n\r\n"),
                refused("an extension with a quote that stays open", CHUNKED + "4;a=\"\r\ntest\r\n0\r\n\r\n"),
                refused("an extension with a line feed", CHUNKED + "4;\ntest\r\n0\r\n\r\n"),
                refused("an extension of the last chunk", CHUNKED + "0;a\r\n\r\n"),
                refused("a line feed alone behind the size", CHUNKED + "4\ntest\r\n0\r\n\r\n"),
                refused("a carriage return alone behind the size", CHUNKED + "4\rtest\r\n0\r\n\r\n"),
                refused("a line feed alone behind the data", CHUNKED + "4\r\ntest\n0\r\n\r\n"),
                refused("nothing behind the data", CHUNKED + "4\r\ntest0\r\n\r\n"),
                refused("more data than the size says", CHUNKED + "4\r\ntestX\r\n0\r\n\r\n"),
                refused("two octets instead of CR LF", CHUNKED + "4\r\ntestXX0\r\n\r\n"),
                refused("a line feed alone at the very end", CHUNKED + "0\r\n\n"),
                refused("a folded trailer", CHUNKED + "0\r\nX-A: b\r\n c\r\n\r\n"),
                refused("a trailer with a bare line feed", CHUNKED + "0\r\nX-A: b\nX-B: c\r\n\r\n"),
                refused("a trailer without a colon", CHUNKED + "0\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
                refused("a trailer with a space before the colon", CHUNKED + "0\r\nX-A : b\r\n\r\n"),
                refused("a size in digits of another script", CHUNKED + "\u00ef\u00bc\u0095\r\nhello\r\n0\r\n\r\n"),
                refused("a NUL behind the size", CHUNKED + "5\0\r\nhello\r\n0\r\n\r\n"),
                refused("a comma behind the size", CHUNKED + "5,\r\nhello\r\n0\r\n\r\n"),
                refused("two carriage returns behind the data", CHUNKED + "5\r\nhello\r\r\n0\r\n\r\n"),
                refused("an empty line between chunks", CHUNKED + "5\r\nhello\r\n\r\n0\r\n\r\n"),
                refused("a negative last size", CHUNKED + "5\r\nhello\r\n-0\r\n\r\n"),
                new Row("more trailers than fields are taken", CHUNKED + "0\r\n" + "A: b\r\n".repeat(101) + "\r\n", 431),
                new Row("a trailer longer than a header section", CHUNKED + "0\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n",
                        431),
                new Row("trailers without an end", CHUNKED + "0\r\nX-Long: " + "x".repeat(12_000), 431));
    }

    private static List<Row> lines() {
        return List.of(
                refused("a line feed alone behind a field", GET + "X-A: b\nX-B: c\r\n\r\n"),
                refused("a line feed alone at the end of the section", GET + "X-A: b\r\n\n"),
                refused("line feeds only", "GET /x HTTP/1.1\nHost: localhost\n\n"),
                refused("a carriage return within a value", GET + "X-A: b\rX-User-Id: root\r\n\r\n"),
                refused("a carriage return behind a carriage return", GET + "X-A: b\r\r\n\r\n"),
                refused("a carriage return within a name", GET + "X-\rA: b\r\n\r\n"),
                refused("a folded first line", "GET /x HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n"),
                refused("a folded line", GET + "X-A: b\r\n\tc\r\nX-B: d\r\n\r\n"),
                refused("a folded line that hides a field", GET + "X-A: b\r\n Content-Length: 5\r\n\r\n"),
                refused("a line of nothing but a space", GET + "X-A: b\r\n \r\n\r\n"),
                refused("a NUL in a value", GET + "X-A: b\0c\r\n\r\n"),
                refused("a NUL in a name", GET + "X\0A: b\r\n\r\n"),
                refused("a bell in a value", GET + "X-A: b\u0007c\r\n\r\n"),
                refused("an escape in a value", GET + "User-Agent: a\u001b[31m\r\n\r\n"),
                refused("DEL in a value", GET + "X-A: b\u007f\r\n\r\n"),
                refused("a space before the colon", GET + "X-User-Id : root\r\n\r\n"),
                refused("a space within a name", GET + "X User-Id: root\r\n\r\n"),
                refused("a letter beyond ASCII in a name", GET + "X-\u00dcser: root\r\n\r\n"),
                refused("a name in parentheses", GET + "X(A): b\r\n\r\n"),
                refused("a name with a slash", GET + "X/A: b\r\n\r\n"),
                refused("an empty name", GET + ": b\r\n\r\n"),
                refused("no colon", GET + "X-A\r\n\r\n"),
                refused("a field that is an empty line with a space", GET + " \r\n\r\n"));
    }

    private static List<Row> requestLines() {
        String rest = "\r\nHost: localhost\r\n\r\n";
        return List.of(
                refused("a space before the method", " GET /x HTTP/1.1" + rest),
                refused("a tab before the method", "\tGET /x HTTP/1.1" + rest),
                refused("a NUL before the method", "\0GET /x HTTP/1.1" + rest),
                refused("a line feed before the method", "\nGET /x HTTP/1.1" + rest),
                refused("several empty lines", "\r\n\r\n\r\nGET /x HTTP/1.1" + rest),
                refused("two spaces", "GET  /x HTTP/1.1" + rest),
                refused("a tab for a space", "GET\t/x HTTP/1.1" + rest),
                refused("a vertical tab for a space", "GET\u000b/x HTTP/1.1" + rest),
                refused("a carriage return for a space", "GET\r/x HTTP/1.1" + rest),
                refused("two spaces before the version", "GET /x  HTTP/1.1" + rest),
                refused("a space behind the version", "GET /x HTTP/1.1 " + rest),
                refused("a space in the target", "GET /x /y HTTP/1.1" + rest),
                refused("HTTP/0.9", "GET /x\r\n"),
                refused("HTTP/0.9 with a version", "GET /x HTTP/0.9" + rest),
                refused("HTTP/1.2", "GET /x HTTP/1.2" + rest),
                refused("HTTP/2.0", "GET /x HTTP/2.0" + rest),
                refused("HTTP/3", "GET /x HTTP/3" + rest),
                refused("a version in small letters", "GET /x http/1.1" + rest),
                refused("another protocol", "GET /x ICAP/1.1" + rest),
                refused("a version of two digits", "GET /x HTTP/1.10" + rest),
                refused("a version with a leading zero", "GET /x HTTP/01.1" + rest),
                refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                refused("a method in small letters", "get /x HTTP/1.1" + rest),
                refused("a method with small letters", "Post /x HTTP/1.1" + rest),
                refused("a byte order mark before the method", "\u00ef\u00bb\u00bfGET /x HTTP/1.1" + rest),
                refused("a space in place of the target", "GET  HTTP/1.1" + rest),
                refused("no target", "GET HTTP/1.1" + rest),
                refused("another version behind a carriage return", "GET /x HTTP/1.1\rX-A: b" + rest),
                refused("an address of another host with two slashes", "GET //localhost/x HTTP/1.1" + rest),
                refused("an address without slashes", "GET http:x HTTP/1.1" + rest),
                refused("an address without an authority", "GET http:///x HTTP/1.1" + rest),
                refused("a target that begins with a user", "GET @evil/x HTTP/1.1" + rest),
                refused("a target that begins with a port", "GET :80/x HTTP/1.1" + rest),
                refused("a target that is a query", "GET ?x HTTP/1.1" + rest),
                refused("a target of one percent sign", "GET /% HTTP/1.1" + rest),
                refused("brackets in the path", "GET /[x] HTTP/1.1" + rest),
                refused("the form of tunnels with a path", "CONNECT localhost:80/x HTTP/1.1" + rest),
                refused("a method that is no token", "G(T /x HTTP/1.1" + rest),
                refused("a method with a quote", "\"GET\" /x HTTP/1.1" + rest),
                refused("a TLS greeting", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001"),
                refused("a preamble of the PROXY protocol", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nGET /x HTTP/1.1" + rest),
                refused("a fragment", "GET /x#/y HTTP/1.1" + rest),
                refused("the form of servers", "OPTIONS * HTTP/1.1" + rest),
                refused("the form of tunnels", "CONNECT localhost:80 HTTP/1.1" + rest),
                refused("a letter beyond ASCII in the target", "GET /\u00fc HTTP/1.1" + rest),
                refused("a target that is no path", "GET x HTTP/1.1" + rest));
    }

    private static List<Row> hosts() {
        return List.of(
                host("two hosts, of which parsers take either", "Host: a\r\nHost: b"),
                host("one host twice, which some parsers join", "Host: localhost\r\nHost: localhost"),
                host("a list of hosts", "Host: a, b"),
                host("a space within, where some parsers end", "Host: a b"),
                host("a user, whose host is behind the sign", "Host: user@a"),
                host("a path behind the host", "Host: a/b"),
                host("a query behind the host", "Host: a?b"),
                host("a fragment behind the host", "Host: a#b"),
                host("a backslash, a slash for some", "Host: a\\b"),
                host("two ports", "Host: a:80:80"),
                host("a colon and no port", "Host: a:"),
                host("a port in letters", "Host: a:x"),
                host("a port beyond 16 bits, which wraps around", "Host: a:99999"),
                host("a port with a sign", "Host: a:+80"),
                host("no host at all, where routes by host would see any", "Host:"),
                host("a port without a host", "Host: :80"),
                host("an address without its end", "Host: [::1"),
                host("an address without brackets, whose last part looks like a port", "Host: ::1"),
                host("something behind the brackets", "Host: [::1]x"),
                host("an address with a letter that is no digit", "Host: [g::1]"),
                host("a letter beyond ASCII, which names are encoded for", "Host: \u00e4.example.com"),
                host("an encoded dot, which some decode", "Host: a%2eb"),
                host("a semicolon, where some cut", "Host: a;b"),
                host("an address with two gaps", "Host: [::1::2]"),
                host("an address of seven parts", "Host: [1:2:3:4:5:6:7]"),
                host("an address of nine parts", "Host: [1:2:3:4:5:6:7:8:9]"),
                host("a part of five digits", "Host: [12345::]"),
                host("a zone, which belongs to one machine", "Host: [::1%25eth0]"),
                host("an address of a version to come", "Host: [v1.x]"),
                host("an address of version 4 within one of 6: two spellings of one", "Host: [::ffff:1.2.3.4]"),
                host("nothing but colons", "Host: [:::]"),
                host("an address that stops at a colon", "Host: [1:]"),
                host("empty brackets", "Host: []"),
                host("port 0, which nobody listens on", "Host: a:0"),
                host("a space before the port", "Host: a: 80"),
                host("a port with an underscore, a number for some", "Host: a:8_0"),
                host("a host in quotes", "Host: \"a\""),
                host("a host in angle brackets", "Host: <a>"),
                host("an expression that a log or template could evaluate", "Host: ${a}"),
                host("a pipe, which a shell would take", "Host: a|b"),
                host("a NUL, where C strings end", "Host: a\0b"),
                host("an address in place of a host", "Host: http://a"),
                host("a tab within", "Host: a\tb"),
                host("a star, which matches any host for some", "Host: *"),
                host("an empty label", "Host: a..b"),
                host("an empty first label", "Host: .a"),
                host("no Host field, but one that ends so", "X-Host: a"));
    }

    private static Row host(String why, String fields) {
        return refused(why, "GET /x HTTP/1.1\r\n" + fields + "\r\n\r\n");
    }

    private static List<Row> sizes() {
        return List.of(
                refused("the absolute form of another host", "GET http://evil/x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                refused("the absolute form with a user", "GET http://u@localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                refused("the absolute form of another scheme", "GET ftp://localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                new Row("more fields than a request has", GET + "A: b\r\n".repeat(100) + "\r\n", 431),
                new Row("a long field", GET + "X-Long: " + "x".repeat(17_000) + "\r\n\r\n", 431),
                new Row("a section of many long fields", GET + ("X-Long: " + "x".repeat(1000) + "\r\n").repeat(17) + "\r\n", 431),
                new Row("a field without an end", GET + "X-Long: " + "x".repeat(17_000), 431),
                new Row("a long target", "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                refused("a long target of spaces", "GET /" + " x".repeat(4_500) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    /// What every parser reads in the same way passes, and reaches the backend as one request in the gateway's own framing.
    static Stream<Row> sound() {
        return Stream.of(
                new Row("one empty line ahead", "\r\n" + GET + "\r\n", 200),
                new Row("HTTP/1.0", "GET /x HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n", 200),
                new Row("HTTP/1.0 without Host", "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
                new Row("the absolute form of the same host", "GET http://localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
                new Row("an address of version 6", "GET /x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200),
                new Row("an address of version 6 in full", "GET /x HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:aBcD]\r\n\r\n", 200),
                new Row("an address of version 6 with a gap at its end", "GET /x HTTP/1.1\r\nHost: [fe80::]\r\n\r\n", 200),
                new Row("a name with a dot at its end", "GET /x HTTP/1.1\r\nHost: localhost.\r\n\r\n", 200),
                new Row("octets beyond ASCII in a value", GET + "X-A: \u00e9\u00ff\r\n\r\n", 200),
                new Row("tabs and spaces around a value", GET + "X-A: \t b\tc \t\r\n\r\n", 200),
                new Row("an empty value", GET + "X-A:\r\n\r\n", 200),
                new Row("a body with a length", POST + "Content-Length: 5\r\n\r\nhello", 200),
                new Row("an empty body with a length", POST + "Content-Length: 0\r\n\r\n", 200),
                new Row("a GET with a body", GET + "Content-Length: 5\r\n\r\nhello", 200),
                new Row("a length that Connection names", POST + "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello",
                        200),
                new Row("chunks", CHUNKED + "5\r\nhello\r\n0\r\n\r\n", 200),
                new Row("chunks in several pieces", CHUNKED + "2\r\nhe\r\n003\r\nllo\r\n0\r\n\r\n", 200),
                new Row("chunks in capitals", POST + "transfer-encoding: CHUNKED\r\n\r\nA\r\n0123456789\r\n00\r\n\r\n", 200),
                new Row("chunks that Connection names",
                        POST + "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200),
                new Row("an upgrade to HTTP/2",
                        GET + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
                        200),
                new Row("trailers", POST
                        + "Trailer: X-User-Id\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-User-Id: root\r\n\r\n",
                        200),
                new Row("trailers that frame",
                        CHUNKED + "5\r\nhello\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: x\r\nHost: evil\r\n\r\n", 200),
                new Row("the length in another spelling",
                        POST + "Content_Length: 5\r\nContent.Length: 5\r\nContent-Length: 2\r\n\r\nok", 200),
                new Row("the coding in another spelling",
                        POST + "Transfer_Encoding: chunked\r\nTransfer.Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello", 200),
                new Row("a hundred fields", GET + "A: b\r\n".repeat(99) + "\r\n", 200));
    }
}
