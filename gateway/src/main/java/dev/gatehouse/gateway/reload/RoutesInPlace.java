package dev.gatehouse.gateway.reload;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteMemory;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routefile.RouteSource;
import dev.gatehouse.gateway.routes.Routes;

/// The routes that are in place, and what becomes of a file that is to take their place: it is read, tested, and then used as a whole or not at
/// all. Whether it widens access is asked before that where the answer decides, and otherwise afterwards. The state may be read by any thread; the rest
/// belongs to one, which it may keep busy for a second.
final class RoutesInPlace {

    private static final Logger log = LoggerFactory.getLogger(RouteWatcher.class);

    // More than anybody reads at once, and one line each.
    private static final int MOST_WARNINGS = 20;

    private final Path file;
    private final Function<String, @Nullable String> environment;
    private final Consumer<Routes> swap;
    private final Clock clock;
    private final WideningPolicy policy;
    private final RouteMemory memory = new RouteMemory();

    private volatile RouteWatcher.State state = RouteWatcher.State.NOTHING;

    RoutesInPlace(Path file, Function<String, @Nullable String> environment, Consumer<Routes> swap, Clock clock,
            WideningPolicy policy) {
        this.file = file;
        this.environment = environment;
        this.swap = swap;
        this.clock = clock;
        this.policy = policy;
    }

    RouteWatcher.State state() {
        return state;
    }

    /// The first file; what the swap throws passes through.
    RouteFileResult begin(RouteSource source) {
        Instant begun = clock.instant();
        RouteFileResult result = source.read(environment, file, memory);
        if (result instanceof RouteFileResult.Valid(Routes routes)) {
            swap.accept(routes);
            state = state.placed(source.hash(), routes, begun, clock.instant());
            tell();
        }
        return result;
    }

    /// Another file.
    ///
    /// @param seenBefore whether the same bytes were judged the last time; what was told then is not told again
    void judge(RouteSource source, boolean seenBefore) {
        if (source.hash().equals(state.hash())) {
            state = state.mended();
            log.info("{} is again the one in place", file);
            return;
        }
        Instant begun = clock.instant();
        try {
            switch (source.read(environment, file, memory)) {
                case RouteFileResult.Valid(Routes routes) -> review(source, routes, begun, seenBefore);
                case RouteFileResult.Invalid(List<RouteProblem> problems) -> refuse(problems, seenBefore);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail("could not be read", e, seenBefore);
        }
    }

    private void review(RouteSource source, Routes routes, Instant begun, boolean seenBefore) {
        Routes before = state.routes();
        if (!policy.refuse()) {
            if (replace(source, routes, begun, seenBefore)) {
                tellOfWidening(before, routes);
            }
            return;
        }
        List<String> widenings = policy.widenings(before, routes);
        if (widenings.isEmpty()) {
            replace(source, routes, begun, seenBefore);
            return;
        }
        boolean isNew = refuse(widenings.stream().map(text -> new RouteProblem(1, 1, "",
                "would widen access: " + text + " (expected: no wider access, since GATEHOUSE_REFUSE_WIDENING is true)"))
                .toList(),
                seenBefore);
        state = isNew ? state.wideningRefused() : state;
    }

    private boolean replace(RouteSource source, Routes routes, Instant begun, boolean seenBefore) {
        try {
            swap.accept(routes);
        } catch (RuntimeException e) {
            fail("could not be put in place", e, seenBefore);
            return false;
        }
        state = state.reloaded(source.hash(), routes, begun, clock.instant());
        tell();
        return true;
    }

    /// Behind the exchange, which needs not wait for what only people read.
    private void tellOfWidening(Routes before, Routes now) {
        List<String> widenings = policy.widenings(before, now);
        if (!widenings.isEmpty()) {
            state = state.withWidening();
            log.warn("{} widens access:\n{}", file, String.join("\n", widenings));
        }
    }

    private void tell() {
        RouteWatcher.State now = state;
        List<String> warnings = now.routes().warnings();
        log.info("{} is in place (routes: {}, SHA-256: {}, took: {} ms)", file, now.routeCount(), now.hash(),
                now.took().toMillis());
        warnings.stream().limit(MOST_WARNINGS).forEach(warning -> log.warn("{}: {}", file, warning));
        if (warnings.size() > MOST_WARNINGS) {
            log.warn("{}: {} more warnings; routes check lists them all", file, warnings.size() - MOST_WARNINGS);
        }
    }

    private void fail(String what, Throwable fault, boolean seenBefore) {
        if (!seenBefore) {
            log.error("{} {}", file, what, fault);
        }
        refuse(List.of(new RouteProblem(1, 1, "", what + "; the log says why")), seenBefore);
    }

    /// Notes why the file is not used, and says whether that is new.
    private boolean refuse(List<RouteProblem> problems, boolean seenBefore) {
        boolean isNew = !seenBefore || !problems.equals(state.problems());
        state = state.refused(problems, clock.instant(), isNew);
        if (isNew) {
            log.error("{} is not used, the routes of {} stay in place:\n{}", file, state.loadedAt(),
                    problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")));
        }
        return isNew;
    }
}
