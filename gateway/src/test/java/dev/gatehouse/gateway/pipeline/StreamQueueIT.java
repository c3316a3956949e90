package dev.gatehouse.gateway.pipeline;

import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// An upstream of HTTP/2 that takes one stream at a time: so many requests wait for it as may, and one more is told at once.
class StreamQueueIT {

    @Test
    void refusesWhatIsMoreThanMayWait() throws Exception {
        Sinks.Empty<Void> over = Sinks.empty();
        AtomicInteger arrived = new AtomicInteger();
        DisposableServer upstream = HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2C)
                .http2Settings(settings -> settings.maxConcurrentStreams(1))
                .handle((_, response) -> {
                    arrived.incrementAndGet();
                    return over.asMono().then(Mono.defer(() -> response.sendString(Mono.just("served")).then()));
                }).bindNow();
        try (TestGateway gateway = TestGateway.start("""
                version: 1
                upstreams:
                  narrow: { protocol: h2c, instances: [{ url: "http://127.0.0.1:%d" }] }
                routes:
                  - { id: narrow, match: { path: /narrow }, upstream: narrow, access: public }
                """.formatted(upstream.port()), Map.of("GATEHOUSE_UPSTREAM_CONNECTIONS", "1", "GATEHOUSE_UPSTREAM_QUEUE", "2",
                "GATEHOUSE_UPSTREAM_QUEUE_TIMEOUT", "20s"));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                Callable<HttpResponse<String>> call = () -> gateway.get("/narrow");
                Future<HttpResponse<String>> first = callers.submit(call);
                await().until(() -> arrived.get() == 1);
                List<Future<HttpResponse<String>>> waiting = Collections.nCopies(2, call).stream().map(callers::submit).toList();
                Instance instance = gateway.bean(Upstreams.class).all().stream().flatMap(each -> each.instances().stream())
                        .findFirst().orElseThrow();
                await().until(() -> instance.underWay() == 3);

                HttpResponse<String> refused = gateway.get("/narrow");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("gateway.overloaded");
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(arrived).hasValue(1);

                over.tryEmitEmpty().orThrow();
                assertThat(first.get().body()).isEqualTo("served");
                for (Future<HttpResponse<String>> each : waiting) {
                    assertThat(each.get().body()).isEqualTo("served");
                }
                assertThat(gateway.get("/narrow").body()).as("in a place that is free again").isEqualTo("served");
            } finally {
                over.tryEmitEmpty();
            }
        } finally {
            upstream.disposeNow();
        }
    }
}
