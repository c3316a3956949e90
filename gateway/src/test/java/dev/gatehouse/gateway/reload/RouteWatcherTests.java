package dev.gatehouse.gateway.reload;

import java.io.IOException;
import java.io.RandomAccessFile;
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
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RouteWatcherTests {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private static final int LONG = 2_000_000;

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
        watcher = new RouteWatcher(file, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock(),
                WideningPolicy.NONE);
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
        RouteWatcher other = new RouteWatcher(file, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock(),
                WideningPolicy.NONE);
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

    /// Half of a file may be good YAML with half of the routes.
    @Test
    void waitsLongerWhenTheLastLineHasNoEnd() throws IOException {
        write(good("one", "two").stripTrailing());
        look(2);
        assertThat(swapped).hasSize(1);
        look(1);
        assertThat(swapped).last().isEqualTo(List.of("one", "two"));
    }

    @Test
    void waitsLongerWhenAGoodPartOfTheFileIsGone() throws IOException {
        write(good("one", "two", "three"));
        look(2);
        write(good("one"));
        look(2);
        assertThat(swapped).hasSize(2);
        look(1);
        assertThat(swapped).last().isEqualTo(List.of("one"));
    }

    /// A bad file is judged again from time to time; the file that is just being written in its place must rest all the same.
    @Test
    void waitsUntilTheFileRestsAlsoWhileItIsBad() throws IOException {
        write("bad\n");
        look(9);
        assertThat(watcher.state().problems()).isNotEmpty();
        write(good("two"));
        look(1);
        assertThat(swapped).hasSize(1);
        look(1);
        assertThat(swapped).last().isEqualTo(List.of("two"));
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
        watcher = new RouteWatcher(link, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock(),
                WideningPolicy.NONE);
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
        look(3);
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
        Files.write(file, new byte[]{'a', (byte) 0xff, '\n'});
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
    void keepsTheOldRoutesWhateverTheFileBecomes() throws IOException {
        int refusals = 0;
        for (String hostile : List.of("a: &a [x]\nb: [*a, *a]", "[".repeat(100_000), "{".repeat(100_000), "? ".repeat(50_000),
                "- ".repeat(50_000),
                "!!javax.script.ScriptEngineManager [!!java.net.URL ['http://h']]", "version: 1\nroutes:\n  - { id: o", "\u0000",
                "%YAML 9.9\n---\n",
                "version: 1\nroutes: " + "[x],".repeat(100_000), "version: ${A:", "k".repeat(100_000) + ": 1",
                "a: |\n" + " ".repeat(100_000),
                "\"" + "\\x41".repeat(50_000), "version: 1\n".repeat(50_000))) {
            write(hostile);
            look(3);
            assertThat(watcher.state().refusals()).as(hostile.substring(0, Math.min(60, hostile.length()))).isEqualTo(++refusals);
        }
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(100L * 1024 * 1024);
        }
        look(3);
        assertThat(watcher.state().problems().getFirst().message()).contains("more than 16777216 bytes");
        assertThat(swapped).hasSize(1);
        write(good("two"));
        look(3);
        assertThat(swapped).last().isEqualTo(List.of("two"));
    }

    static Stream<Arguments> costly() {
        String[] routes = {"  - { id: r", ", match: { path: /r", " }, upstream: 'http://b', access: signed-in, issuers: ["};
        String issuer = ": { issuer: %s, jwks: 'https://x/', audiences: [a] }\n";
        return Stream.of(
                arguments("two long names that are compared",
                        "issuers:\n  ? \"" + "a".repeat(LONG) + "\"\n  " + issuer.formatted("x") + "routes:\n" + routes[0]
                                + routes[1] + routes[2] + "\"" + "b".repeat(LONG) + "\"] }\n"),
                arguments("a long text with a tab behind it",
                        "issuers:\n  m" + issuer.formatted("\"" + "a".repeat(LONG) + "\\tb\"") + "routes: []\n"),
                arguments("many names that are each compared with many",
                        "issuers:\n" + lines(i -> "  " + "a".repeat(50) + i + issuer.formatted(i)) + "routes:\n"
                                + lines(i -> routes[0] + i + routes[1] + i + routes[2] + "b".repeat(50) + i + "] }\n")),
                arguments("many issuers on many routes", "issuers:\n" + lines(i -> "  i" + i + issuer.formatted(i)) + "routes:\n"
                        + lines(i -> routes[0] + i + routes[1] + i + " }, upstream: 'http://b', access: signed-in, x: y }\n")),
                arguments("many keys that nothing knows",
                        lines(i -> "  limitz" + i + ": 1\n").indent(1) + lines(i -> "  issuerz" + i + ": 1\n").indent(1)));
    }

    private static String lines(IntFunction<String> line) {
        return IntStream.range(0, 50_000).mapToObj(line).collect(Collectors.joining());
    }

    /// What a file costs grows with its size and no faster: as long as it is judged, no mended one is taken up.
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void costly(String why, String hostile) throws IOException {
        write(hostile);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> look(3));
        assertThat(watcher.state().refusals()).as(why).isOne();
    }

    /// A bug in what reads, compares or swaps must not end the watch.
    @Test
    void outlivesAFaultOfItsOwn() throws IOException {
        watcher = watcher(new WideningPolicy((_, _) -> {
            throw new IllegalStateException("a bug");
        }, true));
        write(good("two"));
        look(2);
        assertThat(watcher.state().problems()).singleElement().asString().contains("could not be compared");
        assertThat(swapped).hasSize(2).last().isEqualTo(List.of("one"));
    }

    /// What only people read is found out when the routes are in place.
    @Test
    void saysOfRoutesInPlaceThatTheyAre() throws IOException {
        watcher = watcher(new WideningPolicy((_, _) -> {
            throw new StackOverflowError();
        }, false));
        write(good("two"));
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("two"));
        assertThat(watcher.state().problems()).isEmpty();
        assertThat(watcher.state().refusals()).isZero();
        assertThat(watcher.state().widened()).isOne();
    }

    private RouteWatcher watcher(WideningPolicy policy) {
        RouteWatcher judging = new RouteWatcher(file, Map.<String, String>of()::get, routes -> swapped.add(ids(routes)), clock(),
                policy);
        judging.load();
        return judging;
    }

    /// Whoever has a route more is wider.
    private static List<String> byCount(Routes before, Routes now) {
        return now.routes().size() > before.routes().size() ? List.of("route two is new") : List.of();
    }

    @Test
    void countsAChangeThatWidensAccess() throws IOException {
        watcher = watcher(new WideningPolicy(RouteWatcherTests::byCount, false));
        write(good("one", "two"));
        look(2);
        assertThat(swapped).last().isEqualTo(List.of("one", "two"));
        assertThat(watcher.state().widened()).isOne();
        write(good("one"));
        look(3);
        assertThat(watcher.state().widened()).isOne();
        assertThat(watcher.state().reloads()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 1"})
    void comparesBehindTheExchangeUnlessWideningIsRefused(boolean refuse, int swappedWhenCompared) throws IOException {
        List<Integer> seen = new ArrayList<>();
        watcher = watcher(new WideningPolicy((before, now) -> {
            seen.add(swapped.size());
            return List.of();
        }, refuse));
        swapped.clear();
        swapped.add(List.of("one"));
        write(good("one", "two"));
        look(2);
        assertThat(seen).containsExactly(swappedWhenCompared);
        assertThat(swapped).last().isEqualTo(List.of("one", "two"));
    }

    @Test
    void refusesAChangeThatWidensAccessWhereThatIsTheRule() throws IOException {
        watcher = watcher(new WideningPolicy(RouteWatcherTests::byCount, true));
        write(good("one", "two"));
        look(30);
        assertThat(swapped).last().isEqualTo(List.of("one"));
        assertThat(watcher.state().wideningsRefused()).isOne();
        assertThat(watcher.state().refusals()).isOne();
        assertThat(watcher.state().widened()).isZero();
        assertThat(watcher.state().problems()).singleElement().hasToString("1:1  would widen access: route two is new"
                + " (expected: no wider access, since GATEHOUSE_REFUSE_WIDENING is true)");
        write(good("three"));
        look(3);
        assertThat(swapped).last().isEqualTo(List.of("three"));
        assertThat(watcher.state().problems()).isEmpty();
    }

    @Test
    void cutsALongListAndSaysByHowMuch() throws IOException {
        watcher = watcher(new WideningPolicy((_, _) -> IntStream.range(0, 25).mapToObj(i -> "way " + i).toList(), true));
        write(good("two"));
        look(2);
        assertThat(watcher.state().problems()).hasSize(21).first().asString().contains("way 0");
        assertThat(watcher.state().problems().getLast().toString()).contains("and 5 more; routes diff of the two files");
    }

    @Test
    void countsASwapThatFailsAsABadChange() throws IOException {
        List<String> attempts = new ArrayList<>();
        watcher = new RouteWatcher(file, Map.<String, String>of()::get, routes -> {
            attempts.addAll(ids(routes));
            if (attempts.size() > 1) {
                throw new IllegalStateException("no");
            }
        }, clock(), WideningPolicy.NONE);
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
                Clock.systemUTC(), WideningPolicy.NONE)) {
            running.start();
            threads.take();
            long quickest = Long.MAX_VALUE; // of three: the machine may be busy with something else for a while, but not each time
            for (int i = 0; i < 3; i++) {
                long begun = System.nanoTime();
                Files.writeString(file, good("one", "number-" + i));
                assertThat(threads.poll(30, TimeUnit.SECONDS)).isEqualTo("routes-watcher");
                quickest = Math.min(quickest, System.nanoTime() - begun);
            }
            assertThat(Duration.ofNanos(quickest)).isLessThan(Duration.ofSeconds(2));
        }
    }
}
