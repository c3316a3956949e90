package dev.gatehouse.gateway.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.change.Change;
import dev.gatehouse.gateway.change.RoutesDiff;
import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routes.Routes;

/// `routes diff OLD NEW`
@Command(name = "diff", exitCodeOnInvalidInput = DiffCommand.UNREADABLE, description = {
        "Says what a new routes.yml changes in meaning, security first.",
        "Exit code: 0 nobody gets in who did not, 2 access widens, 1 a file cannot be used."})
final class DiffCommand implements Callable<Integer> {

    static final int UNREADABLE = 1;
    private static final int WIDER = 2;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Function<String, @Nullable String> environment;

    @Parameters(index = "0", paramLabel = "OLD", description = "The file in place.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The file to come.")
    private Path now = Path.of("");

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    DiffCommand(PrintWriter out, PrintWriter err, Function<String, @Nullable String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Optional<Routes> old = read(before);
        Optional<Routes> next = read(now);
        if (old.isEmpty() || next.isEmpty()) {
            return UNREADABLE;
        }
        List<Change> changes = RoutesDiff.between(old.get(), next.get());
        boolean widens = changes.stream().anyMatch(Change::widens);
        if (json) {
            out.println(asJson(changes, widens));
        } else {
            print(changes);
        }
        return widens ? WIDER : 0;
    }

    private Optional<Routes> read(Path file) {
        return switch (RouteFile.read(file, environment)) {
            case RouteFileResult.Valid(Routes routes) -> Optional.of(routes);
            case RouteFileResult.Invalid(List<RouteProblem> problems) -> {
                problems.forEach(problem -> err.println(file + ":" + problem));
                yield Optional.empty();
            }
        };
    }

    private void print(List<Change> changes) {
        if (changes.isEmpty()) {
            out.println("no change in meaning");
        }
        Change.Effect last = null;
        for (Change change : changes) {
            if (change.effect() != last) {
                out.println(change.effect().label() + ":");
            }
            out.println("  " + change.text());
            last = change.effect();
        }
    }

    private static String asJson(List<Change> changes, boolean widens) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("widens", widens);
        result.put("changes", changes.stream().map(DiffCommand::asMap).toList());
        return JsonMapper.shared().writeValueAsString(result);
    }

    private static Map<String, Object> asMap(Change change) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("effect", change.effect().name().toLowerCase(Locale.ROOT));
        map.put("about", change.about());
        map.put("name", change.name());
        map.put("text", change.text());
        return map;
    }
}
