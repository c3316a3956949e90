package dev.gatehouse.gateway.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class RouteWatcherTests {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final List<List<String>> swapped = new ArrayList<>();
    private Instant now = START;

    @TempDir
    private Path folder;
    private Path file;
    private RouteWatcher watcher;

    @BeforeEach
    void loadOneRoute() throws IOException {
        file = folder.resolve("routes.yml");
        write(good("one"));
        watcher = new RouteWatcher(file, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock());
        assertThat(watcher.load()).isInstanceOf(RouteFileResult.Valid.class);
    }

    private Clock clock() {
        InstantSource source = () -> now;
        return source.withZone(ZoneOffset.UTC);
    }

    private static List<String> ids(Routes routes) {
        return routes.routes().stream().map(RouteSpec::id).toList();
    }

    private static String good(String... ids) {
        StringBuilder yaml = new StringBuilder("version: 1\nroutes:\n");
        for (String id : ids) {
            yaml.append("  - { id: ").append(id).append(", match: { path: /").append(id)
                    .append(" }, upstream: 'http://localhost:1', access: public }\n");
        }
        return yaml.toString();
    }

    /// Writes the file and gives it a time of its own, long ago, so that only a look at the file system can tell that it changed.
    private void write(String text) throws IOException {
        Files.writeString(file, text);
        now = now.plusSeconds(60);
        Files.setLastModifiedTime(file, FileTime.from(now.minusSeconds(30)));
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watcher.look();
        }
    }

    @Test
    void swapsAtStart() {
        assertThat(swapped).containsExactly(List.of("one"));
        assertThat(watcher.state().routeCount()).isOne();
        assertThat(watcher.state().reloads()).isZero();
        assertThat(watcher.state().hash()).hasSize(64);
    }

    @Test
    void startsNothingWhenTheFileIsBadAtStart() throws IOException {
        write("version: 1");
        RouteWatcher other = new RouteWatcher(file, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock());
        assertThat(other.start()).isInstanceOfSatisfying(RouteFileResult.Invalid.class,
                invalid -> assertThat(invalid.problems())
                        .containsExactly(new RouteProblem(1, 1, "routes", "missing (expected: a list of routes)")));
        assertThat(swapped).hasSize(1);
    }

    @Test
    void swapsAGoodChangeAtTheSecondLook() throws IOException {
        write(good("one", "two"));
        look(1);
        assertThat(swapped).hasSize(1);
        look(1);
        assertThat(swapped).last().isEqualTo(List.of("one", "two"));
        assertThat(watcher.state().loadedAt()).isEqualTo(now);
        assertThat(watcher.state().reloads()).isOne();
    }

    @Test
    void waitsUntilTheFileRests() throws IOException {
        write(good("one", "two", "three"));
        look(1);
        write(good("one", "two", "three", "four"));
        look(1);
        assertThat(swapped).hasSize(1);
        look(1);
        assertThat(swapped).last().isEqualTo(List.of("one", "two", "three", "four"));
    }

    @Test
    void doesNothingWithoutAChange() {
        look(20);
        assertThat(swapped).hasSize(1);
    }

    @Test
    void doesNothingWhenOnlyTheTimeChanges() throws IOException {
        write(good("one"));
        look(3);
        assertThat(swapped).hasSize(1);
    }

    @Test
    void noticesAChangeThatLeavesSizeAndTimeAlone() throws IOException {
        FileTime young = FileTime.from(now);
        Files.setLastModifiedTime(file, young);
        look(2);
        Files.writeString(file, good("two"));
        Files.setLastModifiedTime(file, young);
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("two"));
    }

    @Test
    void noticesAFileThatIsMovedIntoPlace() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), good("two"));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("two"));
    }

    @Test
    void followsTheLinksThatKubernetesSwaps() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..v1"));
        Path second = Files.createDirectory(folder.resolve("..v2"));
        Files.writeString(first.resolve("routes.yml"), good("one"));
        Files.writeString(second.resolve("routes.yml"), good("two"));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
        Path link = Files.createSymbolicLink(folder.resolve("linked.yml"), Path.of("..data/routes.yml"));
        watcher = new RouteWatcher(link, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock());
        watcher.load();
        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second);
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("two"));
    }

    @Test
    void keepsTheOldRoutesWhenAChangeIsBad() throws IOException {
        write("version: 1\nroutes: [");
        look(30);
        assertThat(swapped).hasSize(1);
        assertThat(watcher.state().problems()).hasSize(1);
        assertThat(watcher.state().refusals()).isOne();
        assertThat(watcher.state().routeCount()).isOne();
    }

    @Test
    void remembersSinceWhenTheFileIsBad() throws IOException {
        write("");
        look(2);
        Instant since = now;
        write("version: 3");
        look(2);
        assertThat(watcher.state().badSince()).contains(since);
        assertThat(watcher.state().refusals()).isEqualTo(2);
    }

    @Test
    void isMendedByAGoodChange() throws IOException {
        write("");
        look(2);
        write(good("two"));
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("two"));
        assertThat(watcher.state().problems()).isEmpty();
        assertThat(watcher.state().badSince()).isEmpty();
    }

    @Test
    void isMendedByGoingBackWithoutAnotherSwap() throws IOException {
        write("");
        look(2);
        write(good("one"));
        look(2);
        assertThat(swapped).hasSize(1);
        assertThat(watcher.state().problems()).isEmpty();
    }

    @Test
    void keepsTheOldRoutesWhenTheFileVanishes() throws IOException {
        Files.delete(file);
        look(2);
        assertThat(swapped).hasSize(1);
        assertThat(watcher.state().problems().getFirst().message()).contains("no such file");
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Files.write(file, new byte[]{'a', (byte) 0xff});
        look(2);
        assertThat(watcher.state().problems().getFirst().message()).contains("not UTF-8");
    }

    @Test
    void becomesGoodWhenAMissingKeyFileAppears() throws IOException {
        write("issuers: { main: { issuer: main, jwks: 'file:keys.json', audiences: [api] } }\n" + good("two"));
        look(2);
        assertThat(swapped).hasSize(1);
        Files.writeString(folder.resolve("keys.json"), "{}");
        look(10);
        assertThat(swapped).last().isEqualTo(List.of("two"));
    }

    @Test
    void countsASwapThatFailsAsABadChange() throws IOException {
        List<String> attempts = new ArrayList<>();
        watcher = new RouteWatcher(file, Map.<String, String>of()::get, routes -> {
            attempts.addAll(ids(routes));
            if (attempts.size() > 1) {
                throw new IllegalStateException("no");
            }
        }, clock());
        watcher.load();
        write(good("two"));
        look(2);
        assertThat(watcher.state().problems()).hasSize(1);
        assertThat(watcher.state().reloads()).isZero();
    }

    @Test
    void swapsWithinTwoSecondsOnItsOwnThread() throws Exception {
        LinkedBlockingQueue<String> threads = new LinkedBlockingQueue<>();
        try (RouteWatcher running = new RouteWatcher(file, Map.<String, String>of()::get,
                _ -> threads.add(Thread.currentThread().getName()),
                Clock.systemUTC())) {
            running.start();
            threads.take();
            long begun = System.nanoTime();
            Files.writeString(file, good("one", "two"));
            assertThat(threads.poll(10, TimeUnit.SECONDS)).isEqualTo("routes-watcher");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        }
    }
}
