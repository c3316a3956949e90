package dev.gatehouse.gateway.routes;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads `routes.yml` and watches it. A good change is swapped in within two seconds; a bad one changes nothing, is logged once and shows in
/// [#state] until it is mended.
///
/// The file is looked at every half second rather than watched by the operating system, which tells nothing about network file systems and about
/// the links that Kubernetes swaps. A change counts when two looks in a row see the same bytes: a half-written file may be good YAML with
/// half of the routes.
///
/// Thread-safe. Reading happens on one daemon thread, `routes-watcher`; so does the swap.
public final class RouteWatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RouteWatcher.class);

    private static final long LOOK_EVERY_MILLIS = 500;
    // 5 s: a bad file can become good without a change of its own, when a key file that it names appears.
    private static final int LOOKS_BETWEEN_RETRIES = 10;

    private final Path file;
    private final Function<String, @Nullable String> environment;
    private final Consumer<Routes> swap;
    private final Clock clock;
    private final WideningPolicy policy;
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile State state = new State("", Instant.EPOCH, Routes.NONE, List.of(), Optional.empty(), 0, 0, 0, 0);
    private FileStamp stamp = FileStamp.MISSING;
    private String judged = "";
    private String waiting = "";
    private int looks;

    /// Prepares; nothing is read yet.
    ///
    /// @param environment answers with a variable's value, or null when it is not set
    /// @param swap puts new routes in place of the old ones; if it throws, the old ones count as still in place
    /// @param policy what to do with a change that widens access
    public RouteWatcher(Path file, Function<String, @Nullable String> environment, Consumer<Routes> swap, Clock clock,
            WideningPolicy policy) {
        this.file = file;
        this.environment = environment;
        this.swap = swap;
        this.clock = clock;
        this.policy = policy;
    }

    /// What is in place, and what is wrong with the file now.
    ///
    /// @param hash SHA-256 of the file that is in place; empty before the first good one
    /// @param loadedAt when it was put in place
    /// @param routes what it says
    /// @param problems what is wrong with the file as it is now; empty when it is the one in place
    /// @param badSince since when something is wrong
    /// @param reloads how many good changes were put in place since the start
    /// @param refusals how many bad changes were not
    /// @param widened how many of the changes that were put in place widened access
    /// @param wideningsRefused how many changes were not put in place because they would have
    public record State(String hash, Instant loadedAt, Routes routes, List<RouteProblem> problems, Optional<Instant> badSince,
            long reloads, long refusals, long widened, long wideningsRefused) {

        /// Copies the list.
        public State {
            problems = List.copyOf(problems);
        }

        /// How many routes are in place.
        public int routeCount() {
            return routes.routes().size();
        }

        private State mended() {
            return new State(hash, loadedAt, routes, List.of(), Optional.empty(), reloads, refusals, widened, wideningsRefused);
        }
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
        RouteFileResult result = source.read(environment, RouteFile.folderOf(file));
        judged = source.hash();
        if (result instanceof RouteFileResult.Valid(Routes routes)) {
            swap.accept(routes);
            state = loaded(source, routes, 0, 0);
        }
        return result;
    }

    /// The file that is watched.
    public Path file() {
        return file;
    }

    /// What is in place now.
    public State state() {
        return state;
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
            boolean retry = ++looks % LOOKS_BETWEEN_RETRIES == 0 && state.badSince().isPresent();
            if (now.equals(stamp) && !now.isYoung(clock.instant()) && waiting.isEmpty() && !retry) {
                return;
            }
            stamp = now;
            RouteSource source = RouteSource.of(file);
            if (source.hash().equals(judged) && !retry) {
                waiting = "";
            } else if (source.hash().equals(waiting) || retry) {
                waiting = "";
                judge(source);
            } else {
                waiting = source.hash();
            }
        } catch (RuntimeException e) {
            log.error("Could not look at {}", file, e);
        }
    }

    private void judge(RouteSource source) {
        boolean seenBefore = source.hash().equals(judged);
        judged = source.hash();
        if (source.hash().equals(state.hash())) {
            state = state.mended();
            log.info("{} is again the one in place", file);
            return;
        }
        try {
            switch (source.read(environment, RouteFile.folderOf(file))) {
                case RouteFileResult.Valid(Routes routes) -> review(source, routes, seenBefore);
                case RouteFileResult.Invalid(List<RouteProblem> problems) -> refuse(problems, seenBefore);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            if (!seenBefore) {
                log.error("{} could not be read", file, e);
            }
            refuse(List.of(new RouteProblem(1, 1, "", "could not be read; the log says why")), seenBefore);
        }
    }

    private void review(RouteSource source, Routes routes, boolean seenBefore) {
        List<String> widenings = policy.widenings(state.routes(), routes);
        if (policy.refuse() && !widenings.isEmpty()) {
            boolean known = refuse(widenings.stream().map(text -> new RouteProblem(1, 1, "",
                    "would widen access: " + text + " (expected: no wider access, since GATEHOUSE_REFUSE_WIDENING is true)"))
                    .toList(),
                    seenBefore);
            State now = state;
            state = new State(now.hash(), now.loadedAt(), now.routes(), now.problems(), now.badSince(), now.reloads(),
                    now.refusals(),
                    now.widened(), now.wideningsRefused() + (known ? 0 : 1));
            return;
        }
        replace(source, routes, seenBefore, widenings);
    }

    private void replace(RouteSource source, Routes routes, boolean seenBefore, List<String> widenings) {
        try {
            swap.accept(routes);
            state = loaded(source, routes, state.reloads() + 1, state.widened() + (widenings.isEmpty() ? 0 : 1));
        } catch (RuntimeException e) {
            if (!seenBefore) {
                log.error("New routes of {} could not be put in place", file, e);
            }
            refuse(List.of(new RouteProblem(1, 1, "", "could not be put in place; the log says why")), seenBefore);
            return;
        }
        if (!widenings.isEmpty()) {
            log.warn("{} widens access:\n{}", file, String.join("\n", widenings));
        }
    }

    private State loaded(RouteSource source, Routes routes, long reloads, long widened) {
        log.info("{} is in place (routes: {}, SHA-256: {})", file, routes.routes().size(), source.hash());
        routes.warnings().forEach(warning -> log.warn("{}: {}", file, warning));
        return new State(source.hash(), clock.instant(), routes, List.of(), Optional.empty(), reloads, state.refusals(), widened,
                state.wideningsRefused());
    }

    /// Notes why the file is not used, and says whether that was known already.
    private boolean refuse(List<RouteProblem> problems, boolean seenBefore) {
        State old = state;
        boolean known = seenBefore && problems.equals(old.problems());
        Optional<Instant> since = old.badSince().or(() -> Optional.of(clock.instant()));
        state = new State(old.hash(), old.loadedAt(), old.routes(), problems, since, old.reloads(),
                old.refusals() + (known ? 0 : 1), old.widened(), old.wideningsRefused());
        if (!known) {
            log.error("{} is not used, the routes of {} stay in place:\n{}", file, old.loadedAt(),
                    problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")));
        }
        return known;
    }
}
