package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;

import static java.util.stream.Collectors.joining;

/// Backends of every bad manner, and a good one.
final class BadBackends implements AutoCloseable {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String BODY = "x".repeat(40_000);

    /// One for each bad answer: one that gave several would be left alone after a few.
    private final List<RecordingUpstream> answering = ResponseAttackIT.badAnswers().map(BadBackends::answering).toList();
    private final TestUpstream good = TestUpstream.start();
    private final RawUpstream garbage = RawUpstream.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
    private final RawUpstream cut = RawUpstream.saying(OK + "Content-Length: 90000\r\n\r\n" + BODY);
    private final RawUpstream silent = RawUpstream.silentAfter("");
    final RawUpstream patient = RawUpstream.silentAfter("");
    private final RawUpstream hanging = RawUpstream.silentAfter(OK + "Content-Length: 90000\r\n\r\n" + BODY);
    private final RawUpstream large = RawUpstream
            .saying(OK + "Content-Length: 40000000\r\n\r\n" + "x".repeat(40_000_000));
    private final RawUpstream hints = RawUpstream.saying("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK
            + "Content-Length: 2\r\n\r\nok");
    private final RawUpstream twice = RawUpstream.saying((OK + "Content-Length: 2\r\n\r\nok").repeat(2));
    private final RawUpstream switched = RawUpstream
            .saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + BODY);

    private static RecordingUpstream answering(ResponseAttackIT.Row row) {
        RecordingUpstream upstream = RecordingUpstream.start();
        upstream.answerWith(row.answer());
        return upstream;
    }

    /// Paths that lead to one bad answer each.
    List<String> badAnswers() {
        return IntStream.range(0, answering.size()).mapToObj(i -> "/answers-" + i + "/x").toList();
    }

    String routes() throws IOException {
        return """
                version: 1
                issuers:
                  gatehouse: { issuer: "http://localhost", jwks: "http://127.0.0.1:%1$d/none", audiences: [api] }
                defaults: { timeout: 300ms, max-body: 100KB }
                upstreams:
                  pair: { instances: [ { url: "http://127.0.0.1:%1$d" }, { url: "%2$s" } ] }
                routes:
                  - { id: good, match: { path: /good/** }, upstream: "%2$s", access: public }
                  - { id: x, match: { path: /x }, upstream: "%2$s", access: public }
                  - { id: posts, match: { path: /posts, methods: [PUT] }, upstream: "%2$s", access: public }
                  - { id: private, match: { path: /private/** }, upstream: "%2$s", access: signed-in }
                  - { id: again, match: { path: /again/** }, upstream: pair, access: public, retries: idempotent }
                  - id: mirrored
                    match: { path: /mirrored/** }
                    upstream: "%2$s"
                    access: public
                    mirror: { url: "%3$s", percent: 100 }
                  - id: limited
                    match: { path: /limited/** }
                    upstream: "%2$s"
                    access: public
                    limits: [ { name: one, per: ip, requests: 1, every: 1h } ]
                  - { id: closed, match: { path: /closed/** }, upstream: "http://127.0.0.1:%1$d", access: public }
                """.formatted(closedPort(), good.url(), silent.url())
                + IntStream.range(0, answering.size()).mapToObj(i -> route("answers-" + i, answering.get(i).url()))
                        .collect(joining())
                + route("garbage", garbage.url()) + route("cut", cut.url()) + route("silent", silent.url())
                + route("hanging", hanging.url()) + route("hints", hints.url()) + route("twice", twice.url())
                + route("switched", switched.url())
                + route("patient", patient.url()).replace(" }\n", ", timeout: 1m }\n")
                + route("large", large.url()).replace(" }\n", ", max-body: unlimited }\n");
    }

    private static String route(String id, String upstream) {
        return "  - { id: " + id + ", match: { path: /" + id + "/** }, upstream: \"" + upstream + "\", access: public }\n";
    }

    @Override
    public void close() throws IOException {
        good.close();
        answering.forEach(RecordingUpstream::close);
        for (RawUpstream upstream : List.of(garbage, cut, silent, patient, hanging, large, hints, twice, switched)) {
            upstream.close();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
