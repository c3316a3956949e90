package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.ProcessFile;
import dev.gatehouse.devservices.process.Signal;

/// Owns everything that runs: notices when a part ends by itself and ends all parts in a given order. Safe to share between
/// threads: a part that starts while all are being stopped is stopped too.
final class Supervisor implements AutoCloseable {

    private static final int LOG_LINES = 15;
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final Duration STEP = Duration.ofMillis(100);

    private final List<String> stopOrder;
    private final Home home;
    private final Consumer<String> report;
    private final List<Part> parts = new ArrayList<>();
    private final CompletableFuture<ChildFailure> failure = new CompletableFuture<>();
    private final HttpClient probe = HttpClient.newBuilder().connectTimeout(PROBE).build();
    private boolean stopping;

    private record Part(String name, AutoCloseable end) {}

    /// @param stopOrder names of the parts, first to stop first; a part not listed stops last
    /// @param home remembers the children's processes for the next run
    /// @param report takes lines for a person
    Supervisor(List<String> stopOrder, Home home, Consumer<String> report) {
        this.stopOrder = List.copyOf(stopOrder);
        this.home = home;
        this.report = report;
    }

    /// Completes when a part has ended by itself.
    CompletableFuture<ChildFailure> failure() {
        return failure;
    }

    /// Starts a child and blocks until it is ready to serve.
    void start(Child child) {
        ProcessFile file = home.processOf(child.name());
        GuardedProcess process = GuardedProcess.start(child.command());
        file.remember(process);
        own(child.name(), () -> {
            process.stop(Signal.TERM, child.stopPatience());
            file.forget();
        });
        watch(child.name(), process);
        if (!Deadline.in(child.startPatience()).await(() -> isReady(child.ready()) || !process.alive(), STEP)) {
            throw new ChildFailure("%s is not ready after %d s, see %s".formatted(child.name(), child.startPatience().toSeconds(),
                    child.command().log()), process.lastLines(LOG_LINES));
        }
        if (!process.alive()) {
            throw ended(child.name(), process);
        }
    }

    /// Takes over a part that runs already.
    synchronized void own(String name, AutoCloseable end) {
        parts.add(new Part(name, end));
        if (stopping) {
            end(parts.removeLast());
            throw new IllegalStateException("stopping");
        }
    }

    /// Notices when this process of a part ends.
    void watch(String name, GuardedProcess process) {
        Thread.ofVirtual().start(() -> {
            process.onExit().join();
            if (!isStopping()) {
                failure.complete(ended(name, process));
            }
        });
    }

    private static ChildFailure ended(String name, GuardedProcess process) {
        return new ChildFailure("%s has ended with status %d; its log %s ends so:".formatted(name,
                process.exitStatus().orElse(-1), process.log()), process.lastLines(LOG_LINES));
    }

    /// Waits until the answer has such a body; answers whether it has.
    boolean awaitAnswer(URI uri, Predicate<String> body, Duration patience) {
        return Deadline.in(patience).await(() -> answer(uri).map(HttpResponse::body).filter(body).isPresent(), STEP);
    }

    private boolean isReady(URI uri) {
        return answer(uri).filter(answer -> answer.statusCode() == 200).isPresent();
    }

    private Optional<HttpResponse<String>> answer(URI uri) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(PROBE).build();
            return Optional.of(probe.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /// Ends all parts, in order, each within its deadline. The second call waits for the first.
    @Override
    public synchronized void close() {
        stopping = true;
        parts.sort(Comparator.comparingInt(part -> position(part.name())));
        while (!parts.isEmpty()) {
            end(parts.removeFirst());
        }
    }

    private int position(String name) {
        int position = stopOrder.indexOf(name);
        return position < 0 ? stopOrder.size() : position;
    }

    private void end(Part part) {
        try {
            part.end().close();
            report.accept("stopped " + part.name());
        } catch (Exception e) { // one part that does not end must not keep the others running
            report.accept("could not stop %s: %s".formatted(part.name(), e.getMessage()));
        }
    }
}
