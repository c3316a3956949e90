package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.pipeline.Problems.assertOpens;
import static dev.gatehouse.gateway.pipeline.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What callers see when a service that speaks HTTP/2 fails, frame by frame; and what is sent to it again.
class StreamFaultsIT {

    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;

    private static final Map<String, FrameUpstream> UPSTREAMS = new LinkedHashMap<>();
    private static final Map<String, RawUpstream> OTHERS = new LinkedHashMap<>();
    private static final AtomicBoolean REFUSING = new AtomicBoolean(true);
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        OTHERS.put("mute", RawUpstream.saying(""));
        OTHERS.put("one", RawUpstream.saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        OTHERS.put("ssh", RawUpstream.saying("SSH-2.0-OpenSSH_10.0\r\n\r\n"));
        OTHERS.put("silent", RawUpstream.silentAfter(""));
        fault("late", request -> {
            if (!request.isFirst()) {
                request.ok();
            }
        });
        fault("reset", request -> request.reset(INTERNAL_ERROR));
        fault("failing", request -> request.reset(INTERNAL_ERROR));
        fault("failing-later", request -> {
            if (request.isFirst()) {
                request.ok();
            } else {
                request.reset(INTERNAL_ERROR);
            }
        });
        fault("no-status", request -> request.head(":status", "twohundred"));
        fault("no-fields", request -> request.head(":status", "200", "Upper", "case"));
        fault("no-frame", request -> request.gateway().say("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        fault("gone", request -> request.gateway().close());
        fault("cut", request -> {
            request.head(":status", "200", "content-length", "1000");
            request.gateway().frame(DATA, 0, request.stream(), "half".getBytes(StandardCharsets.US_ASCII));
            request.reset(INTERNAL_ERROR);
        });
        fault("refused-once", request -> {
            if (request.isFirst()) {
                request.reset(REFUSED_STREAM);
            } else {
                request.ok();
            }
        });
        fault("left-behind", request -> {
            if (request.connection() == 1) {
                request.goAway(0);
            } else {
                request.ok();
            }
        });
        fault("going", request -> {
            if (request.connection() == 1) {
                request.goAway(request.stream());
            }
            request.ok();
        });
        fault("refusing", request -> request.reset(REFUSED_STREAM));
        fault("refusing-for-now", request -> {
            if (REFUSING.get()) {
                request.reset(REFUSED_STREAM);
            } else {
                request.ok();
            }
        });
        StringBuilder upstreams = new StringBuilder("version: 1\nupstreams:\n");
        StringBuilder routes = new StringBuilder("routes:\n");
        UPSTREAMS.forEach((name, upstream) -> add(upstreams, routes, name, upstream.url()));
        OTHERS.forEach((name, upstream) -> add(upstreams, routes, name, upstream.url()));
        gateway = TestGateway.start(upstreams.append(routes).toString(), Map.of());
    }

    private static void fault(String name, FrameUpstream.Answer answer) {
        UPSTREAMS.put(name, FrameUpstream.start(answer));
    }

    private static void add(StringBuilder upstreams, StringBuilder routes, String name, String url) {
        upstreams.append("  %s: { protocol: h2c, instances: [ { url: \"%s\" } ] }%n".formatted(name, url));
        boolean quick = name.equals("silent") || name.equals("late");
        routes.append("  - { id: %s, match: { path: /%s }, upstream: %s, access: public, retries: never, timeout: %s }%n"
                .formatted(name, name, name, quick ? "500ms" : "10s"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        for (FrameUpstream upstream : UPSTREAMS.values()) {
            upstream.close();
        }
        for (RawUpstream upstream : OTHERS.values()) {
            upstream.close();
        }
    }

    private static HttpResponse<String> post(String path, BodyPublisher body) throws Exception {
        return gateway.send(gateway.request(path).POST(body));
    }

    private static FrameUpstream upstream(String name) {
        return Objects.requireNonNull(UPSTREAMS.get(name));
    }

    private static void assertGood(HttpResponse<String> answer) {
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mute", "one", "ssh", "reset", "no-status", "no-fields", "no-frame", "gone"})
    void answers502WhenTheAnswerIsNone(String fault) throws Exception {
        assertProblem(gateway.get("/" + fault), 502, "upstream.bad_response");
    }

    @Test
    void answers504WhenTheUpstreamSaysNothingAtAll() throws Exception {
        assertProblem(gateway.get("/silent"), 504, "upstream.timeout");
    }

    @Test
    void answers504WhenTheAnswerTakesTooLongAndLeavesTheConnectionToOthers() throws Exception {
        assertProblem(gateway.get("/late"), 504, "upstream.timeout");
        assertGood(gateway.get("/late"));
        assertThat(upstream("late").requests()).extracting(FrameUpstream.Request::connection).containsExactly(1, 1);
        assertThat(upstream("late").resets()).containsExactly(upstream("late").requests().getFirst().stream());
    }

    @Test
    void breaksOffAnAnswerThatWasCutShort() {
        assertThatThrownBy(() -> gateway.get("/cut")).isInstanceOf(IOException.class);
    }

    /// A stream that is reset was reset by somebody, however long the connection has served: it is not stale.
    @Test
    void opensTheBreakerOfAnUpstreamThatOnceAnswered() throws Exception {
        assertGood(gateway.get("/failing-later"));
        assertOpens(gateway, "/failing-later");
    }

    @Test
    void leavesAnUpstreamAloneThatKeepsFailing() throws Exception {
        assertOpens(gateway, "/failing");
    }

    @Test
    void sendsAgainWhatWasRefusedWhateverItIs() throws Exception {
        assertGood(post("/refused-once", BodyPublishers.noBody()));
        assertThat(upstream("refused-once").requests()).hasSize(2);
    }

    @Test
    void sendsAgainWhatWasLeftBehindWhateverItIs() throws Exception {
        assertGood(post("/left-behind", BodyPublishers.noBody()));
        assertThat(upstream("left-behind").requests()).extracting(FrameUpstream.Request::connection).containsExactly(1, 2);
    }

    @Test
    void waitsForWhatIsAnsweredBeforeTheUpstreamGoes() throws Exception {
        assertGood(post("/going", BodyPublishers.noBody()));
        assertGood(post("/going", BodyPublishers.noBody()));
        assertThat(upstream("going").requests()).extracting(FrameUpstream.Request::connection).containsExactly(1, 2);
    }

    @Test
    void sendsNoBodyAgainOfWhichSomeIsGone() throws Exception {
        assertProblem(post("/refusing", BodyPublishers.ofString("body")), 502, "upstream.bad_response");
        assertThat(upstream("refusing").requests()).hasSize(1);
    }

    @Test
    void blamesNoUpstreamThatRefuses() throws Exception {
        Callable<HttpResponse<String>> call = () -> gateway.get("/refusing-for-now");
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> refused : callers.invokeAll(Collections.nCopies(60, call))) {
                assertProblem(refused.get(), 502, "upstream.bad_response");
            }
        }
        REFUSING.set(false);

        assertGood(gateway.get("/refusing-for-now"));
    }
}
