package dev.gatehouse.gateway.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// What `java -jar gateway.jar routes …` does instead of starting the gateway.
public final class CommandLineInterface {

    private CommandLineInterface() {}

    /// Runs one command.
    ///
    /// @param arguments all of them, `routes` first
    /// @param out results; not closed
    /// @param err problems and help; not closed
    /// @param environment answers with a variable's value, or null when it is not set
    /// @return the exit code: 0 good, 1 problems were found, 2 the command itself was wrong; others as the command says
    public static int run(String[] arguments, PrintWriter out, PrintWriter err, Function<String, @Nullable String> environment) {
        return run(arguments, InputStream.nullInputStream(), out, err, environment);
    }

    /// The same with something to read.
    ///
    /// @param in what commands read that are told to; not closed
    public static int run(String[] arguments, InputStream in, PrintWriter out, PrintWriter err,
            Function<String, @Nullable String> environment) {
        CommandLine routes = new CommandLine(new RoutesCommand()).addSubcommand(new CheckCommand(out, err, environment))
                .addSubcommand(new DiffCommand(out, err, environment))
                .addSubcommand(new ExplainCommand(in, out, err, environment));
        return new CommandLine(new GatehouseCommand()).addSubcommand(routes).setOut(out).setErr(err).execute(arguments);
    }

    /// The word in front of all commands.
    @Command(name = "gatehouse", description = "An authentication gateway.", synopsisSubcommandLabel = "COMMAND")
    private static final class GatehouseCommand {
        @SuppressWarnings("unused") // picocli reads it
        @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this help.")
        boolean help;
    }

    /// Groups what is about routes.yml.
    @Command(name = "routes", description = "Looks into routes.yml.", synopsisSubcommandLabel = "COMMAND")
    private static final class RoutesCommand {}
}
