package dev.gatehouse.gateway.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routes.Routes;

/// `routes check [FILE]`
@Command(name = "check", description = {"Validates a routes.yml and runs the tests written in it.",
        "Lists all problems at once, each with line and column. Exit code: 0 good, 1 not."})
final class CheckCommand implements Callable<Integer> {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Function<String, @Nullable String> environment;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file; without it the one that GATEHOUSE_ROUTES names, or routes.yml here.")
    private @Nullable Path file;

    CheckCommand(PrintWriter out, PrintWriter err, Function<String, @Nullable String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Path checked = file == null ? configured(environment) : file;
        return switch (RouteFile.read(checked, environment)) {
            case RouteFileResult.Valid(Routes routes) -> good(checked, routes);
            case RouteFileResult.Invalid(List<RouteProblem> problems) -> bad(checked, problems, err);
        };
    }

    /// The file that the gateway itself would use.
    static Path configured(Function<String, @Nullable String> environment) {
        String setting = environment.apply("GATEHOUSE_ROUTES");
        return Path.of(setting == null || setting.isEmpty() ? "routes.yml" : setting);
    }

    private int good(Path checked, Routes routes) {
        routes.warnings().forEach(warning -> err.println("warning: " + warning));
        out.println(checked + ": good; " + counted(routes.routes().size(), "route") + ", "
                + counted(routes.tests().size(), "test") + " passed");
        return 0;
    }

    /// Lists the problems.
    static int bad(Path checked, List<RouteProblem> problems, PrintWriter err) {
        problems.forEach(problem -> err.println(checked + ":" + problem));
        err.println(checked + ": " + counted(problems.size(), "problem"));
        return 1;
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
