package dev.gatehouse.gateway.reload;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routefile.RouteSource;
import dev.gatehouse.gateway.routes.Routes;

/// Loads `routes.yml` and watches it. A good change is swapped in within two seconds and the time that reading takes; a bad one changes nothing, is logged once
/// and shows in [#state] until it is mended.
///
/// The file is looked at every half second rather than watched by the operating system, which tells nothing about network file systems and about
/// the links that Kubernetes swaps. A half-written file may be good YAML with half of the routes, so a change counts only when two looks in a row see the
/// same bytes; three, when the last line has no end or a quarter of the file is gone, since whoever writes in pieces has then mostly not finished.
///
/// Thread-safe. Reading happens on one daemon thread, `routes-watcher`; so does the swap.
public final class RouteWatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RouteWatcher.class);

    private static final long LOOK_EVERY_MILLIS = 500;
    // 5 s: a bad file can become good without a change of its own, when a key file that it names appears.
    private static final int LOOKS_BETWEEN_RETRIES = 10;

    private final Path file;
    private final Clock clock;
    private final RoutesInPlace inPlace;
    private final CountDownLatch closed = new CountDownLatch(1);

    private FileStamp stamp = FileStamp.MISSING;
    private String judged = "";
    private int judgedLength;
    private String waiting = "";
    private int rested;
    private int looks;

    /// Prepares; nothing is read yet.
    ///
    /// @param environment answers with a variable's value, or null when it is not set
    /// @param swap puts new routes in place of the old ones; if it throws, the old ones count as still in place
    /// @param policy what to do with a change that widens access
    public RouteWatcher(Path file, Function<String, @Nullable String> environment, Consumer<Routes> swap, Clock clock,
            WideningPolicy policy) {
        this.file = file;
        this.clock = clock;
        this.inPlace = new RoutesInPlace(file, environment, swap, clock, policy);
    }

    /// Loads the file and, if it is good, swaps it in and begins to watch. If it is not, nothing is started and the problems are the answer.
    /// Called once.
    public RouteFileResult start() {
        RouteFileResult result = load();
        if (result instanceof RouteFileResult.Valid) {
            Thread.ofPlatform().daemon().name("routes-watcher").start(this::watch);
        }
        return result;
    }

    /// The first load, on the caller's thread; what the swap throws passes through.
    RouteFileResult load() {
        stamp = FileStamp.of(file);
        RouteSource source = RouteSource.of(file);
        judged = source.hash();
        judgedLength = source.text().length();
        return inPlace.begin(source);
    }

    /// The file that is watched.
    public Path file() {
        return file;
    }

    /// What is in place now.
    public State state() {
        return inPlace.state();
    }

    /// Ends the watch; the routes stay in place.
    @Override
    public void close() {
        closed.countDown();
    }

    private void watch() {
        try {
            while (!closed.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look at the file.
    void look() {
        try {
            FileStamp now = FileStamp.of(file);
            boolean retry = ++looks % LOOKS_BETWEEN_RETRIES == 0 && state().badSince().isPresent();
            if (!now.equals(stamp) || now.isYoung(clock.instant()) || !waiting.isEmpty() || retry) {
                stamp = now;
                consider(RouteSource.of(file), retry);
            }
        } catch (RuntimeException e) {
            log.error("Could not look at {}", file, e);
        }
    }

    private void consider(RouteSource source, boolean retry) {
        boolean known = source.hash().equals(judged);
        rested = source.hash().equals(waiting) ? rested + 1 : 0;
        waiting = known ? "" : source.hash();
        if (known ? retry : rested >= looksToRest(source.text())) {
            judged = source.hash();
            judgedLength = source.text().length();
            waiting = "";
            inPlace.judge(source, known);
        }
    }

    /// How many further looks must see the same bytes before they count: one more when the last line has no end, or when a good part of what was there
    /// is missing.
    private int looksToRest(String text) {
        return text.isEmpty() || (text.endsWith("\n") && text.length() >= judgedLength - judgedLength / 4) ? 1 : 2;
    }

    /// What is in place, and what is wrong with the file now.
    ///
    /// @param hash SHA-256 of the file that is in place; empty before the first good one
    /// @param loadedAt when it was put in place
    /// @param took how long it took to read, test and put in place, and to compare where a wider access is refused
    /// @param routes what it says
    /// @param problems what is wrong with the file as it is now; empty when it is the one in place
    /// @param badSince since when something is wrong
    /// @param reloads how many good changes were put in place since the start
    /// @param refusals how many bad changes were not
    /// @param widened how many of the changes that were put in place widened access
    /// @param wideningsRefused how many changes were not put in place because they would have
    public record State(String hash, Instant loadedAt, Duration took, Routes routes, List<RouteProblem> problems,
            Optional<Instant> badSince, long reloads, long refusals, long widened, long wideningsRefused) {

        static final State NOTHING = new State("", Instant.EPOCH, Duration.ZERO, Routes.NONE, List.of(), Optional.empty(), 0, 0,
                0,
                0);

        /// Copies the list.
        public State {
            problems = List.copyOf(problems);
        }

        /// How many routes are in place.
        public int routeCount() {
            return routes.routes().size();
        }

        State placed(String by, Routes now, Instant begun, Instant ended) {
            return new State(by, ended, Duration.between(begun, ended), now, List.of(), Optional.empty(), reloads, refusals,
                    widened,
                    wideningsRefused);
        }

        State reloaded(String by, Routes now, Instant begun, Instant ended) {
            return new State(by, ended, Duration.between(begun, ended), now, List.of(), Optional.empty(), reloads + 1, refusals,
                    widened, wideningsRefused);
        }

        State withWidening() {
            return new State(hash, loadedAt, took, routes, problems, badSince, reloads, refusals, widened + 1, wideningsRefused);
        }

        State mended() {
            return new State(hash, loadedAt, took, routes, List.of(), Optional.empty(), reloads, refusals, widened,
                    wideningsRefused);
        }

        State refused(List<RouteProblem> why, Instant at, boolean isNew) {
            return new State(hash, loadedAt, took, routes, why, badSince.or(() -> Optional.of(at)), reloads,
                    refusals + (isNew ? 1 : 0), widened, wideningsRefused);
        }

        State wideningRefused() {
            return new State(hash, loadedAt, took, routes, problems, badSince, reloads, refusals, widened, wideningsRefused + 1);
        }
    }
}
