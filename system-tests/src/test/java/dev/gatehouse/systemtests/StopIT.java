package dev.gatehouse.systemtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;
import dev.gatehouse.systemtests.harness.Program;

import static org.assertj.core.api.Assertions.assertThat;

/// SIGTERM, as container runtimes send it.
@Tag("slow")
class StopIT {

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final HttpServer backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    StopIT() throws IOException {
        backend.createContext("/", this::answerWhenAllowed);
        backend.setExecutor(task -> Thread.ofVirtual().start(task));
        backend.start();
    }

    @AfterEach
    void stopsTheBackend() {
        mayAnswer.countDown();
        backend.stop(0);
    }

    @Test
    void gatewayFinishesWhatItHasBegun() throws Exception {
        String url = "http://127.0.0.1:" + backend.getAddress().getPort();
        try (Gateway gateway = gatehouse.startGateway(Map.of("GATEHOUSE_BACKEND_URL", url))) {
            CompletableFuture<Answer> inFlight = CompletableFuture
                    .supplyAsync(() -> gateway.client().get("/public/slow"), task -> Thread.ofVirtual().start(task));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

            gateway.program().terminate();
            assertThat(Deadline.in(Duration.ofSeconds(20)).await(() -> !gateway.client().accepted())).isTrue();
            mayAnswer.countDown();

            assertThat(inFlight.get(20, TimeUnit.SECONDS).status()).isEqualTo(204);
            assertThat(gateway.program().exitStatus()).isIn(0, 143);
        }
    }

    @Test
    void authServiceEndsCleanly() {
        Account.Tokens alice = Account.signUp(gatehouse.first().client());
        try (Program auth = gatehouse.startAuthService(FreePorts.next())) {
            auth.terminate();

            assertThat(auth.exitStatus()).isIn(0, 143);
            assertThat(auth.output()).doesNotContain("ERROR", "Exception");
        }
        assertThat(gatehouse.first().client().get("/auth/me", alice.access()).status()).isEqualTo(200);
    }

    private void answerWhenAllowed(HttpExchange exchange) throws IOException {
        arrived.countDown();
        try {
            if (mayAnswer.await(30, TimeUnit.SECONDS)) {
                exchange.sendResponseHeaders(204, -1);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }
}
