package dev.gatehouse.systemtests;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;

import static org.assertj.core.api.Assertions.assertThat;

/// An operator edits routes.yml while the gateway works.
class RoutesIT {

    private static final String SHIPPED = Gatehouse.shippedRoutes();
    private static final String CHANGED = SHIPPED.replace("  - id: public\n", "  - id: public\n    strip-prefix: 1\n");

    private final Gateway gateway = Gatehouse.shared().second();
    private final Client client = gateway.client();

    @AfterEach
    void putsTheRoutesBack() {
        gateway.rewriteRoutes(SHIPPED);
        assertThat(Deadline.in(Routing.PATIENCE).await(() -> backendSees("/public/x") && health().equals("UP"))).isTrue();
    }

    @Test
    void changeUnderLoadFailsNoRequest() {
        assertThat(CHANGED).isNotEqualTo(SHIPPED);
        try (Load load = new Load(client)) {
            assertThat(Deadline.in(Routing.PATIENCE).await(() -> load.answered() > 20)).isTrue();
            int before = load.answered();

            gateway.rewriteRoutes(CHANGED);

            assertThat(Deadline.in(Routing.PATIENCE).await(() -> backendSees("/x"))).isTrue();
            int after = load.answered();
            assertThat(Deadline.in(Routing.PATIENCE).await(() -> load.answered() > after + 20)).isTrue();
            assertThat(after).isGreaterThan(before);
            assertThat(load.failed()).isZero();
        }
    }

    @Test
    void brokenFileChangesNothing() {
        gateway.rewriteRoutes(CHANGED.replace("access: public", "access: pubic"));

        assertThat(Deadline.in(Routing.PATIENCE).await(() -> health().equals("DEGRADED"))).isTrue();
        assertThat(backendSees("/public/x")).isTrue();
        assertThat(gateway.program().output()).contains("pubic");
    }

    private boolean backendSees(String path) {
        Answer answer = client.get("/public/x");
        return answer.status() == 200 && answer.text("path").equals(path);
    }

    private String health() {
        return gateway.health("routes");
    }

    /// Four clients that ask without a pause.
    private static final class Load implements AutoCloseable {

        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final CompletableFuture<Void> all;

        Load(Client client) {
            CompletableFuture<?>[] clients = new CompletableFuture<?>[4];
            for (int each = 0; each < clients.length; each++) {
                clients[each] = CompletableFuture.runAsync(() -> ask(client), task -> Thread.ofVirtual().start(task));
            }
            all = CompletableFuture.allOf(clients);
        }

        private void ask(Client client) {
            while (!ended.get()) {
                if (!client.serves("/public/y")) {
                    failed.incrementAndGet();
                }
                answered.incrementAndGet();
            }
        }

        int answered() {
            return answered.get();
        }

        int failed() {
            return failed.get();
        }

        @Override
        public void close() {
            ended.set(true);
            all.join();
        }
    }
}
