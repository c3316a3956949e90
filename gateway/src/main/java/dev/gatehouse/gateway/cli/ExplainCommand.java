package dev.gatehouse.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.explain.DataReport;
import dev.gatehouse.gateway.explain.Explanation;
import dev.gatehouse.gateway.explain.Outcome;
import dev.gatehouse.gateway.explain.Question;
import dev.gatehouse.gateway.explain.SyntheticCaller;
import dev.gatehouse.gateway.explain.TextReport;
import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.InvalidSettingsException;

/// `routes explain METHOD PATH`
@Command(name = "explain", description = {"Says what would become of a request, step by step, and sends nothing.",
        "Exit code: 0 it is forwarded, 3 the gateway refuses it, 1 it cannot be said (bad file, keys out of reach), 2 wrong usage."})
final class ExplainCommand implements Callable<Integer> {

    private static final int REFUSED = 3;

    private final InputStream in;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Function<String, @Nullable String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
    private String method = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "The target as in the request line, with the query if there is one.")
    private String path = "";

    @Option(names = "--host", paramLabel = "H", description = "The Host field; localhost without it.")
    private @Nullable String host;

    @Option(names = "--header", paramLabel = "'N: V'", description = "A header field; may come more than once.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--peer", paramLabel = "ADDRESS", description = "Who is connected to the gateway; 127.0.0.1 without it.")
    private String peer = "127.0.0.1";

    @ArgGroup
    private @Nullable Credentials credentials;

    @Option(names = "--file", paramLabel = "FILE", description = "The file; without it the one that GATEHOUSE_ROUTES names, or routes.yml here.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Prints the report as JSON.")
    private boolean json;

    ExplainCommand(InputStream in, PrintWriter out, PrintWriter err, Function<String, @Nullable String> environment) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /// Who asks.
    private static final class Credentials {
        @Option(names = "--token", paramLabel = "T", description = "A bearer token, verified with its issuer's keys; - reads it from the standard input, where no list of processes shows it.")
        private @Nullable String token;

        @Option(names = "--as", paramLabel = "'roles=admin sub=alice'", description = "A caller as if signed in: sub, roles and scopes (with commas), any other name is a claim.")
        private @Nullable String as;
    }

    @Override
    public Integer call() throws IOException {
        try {
            GatewaySettings settings = LocalExplainer.settings(environment);
            Question question = question(settings.tls().isPresent());
            Path asked = file == null ? CheckCommand.configured(environment) : file;
            return switch (RouteFile.read(asked, environment)) {
                case RouteFileResult.Valid(Routes routes) -> explain(question, routes, settings);
                case RouteFileResult.Invalid(List<RouteProblem> problems) -> CheckCommand.bad(asked, problems, err);
            };
        } catch (InvalidSettingsException wrong) {
            wrong.problems().forEach(err::println);
            return 1;
        }
    }

    private int explain(Question question, Routes routes, GatewaySettings settings) {
        try (LocalExplainer explainer = LocalExplainer.of(routes, settings)) {
            Explanation explanation = explainer.explain(question);
            List<String> unreachable = explainer.unreachable(explanation);
            if (!unreachable.isEmpty()) {
                unreachable.forEach(err::println);
                return 1;
            }
            out.println(json ? JSON.writeValueAsString(DataReport.of(explanation)) : TextReport.of(explanation));
            return explanation.outcome() instanceof Outcome.Refused ? REFUSED : 0;
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Question question(boolean tls) throws IOException {
        List<Field> fields = new ArrayList<>();
        headers.forEach(header -> fields.add(field(header)));
        boolean named = fields.stream().anyMatch(field -> field.name().equalsIgnoreCase("Host"));
        if (host != null || !named) {
            fields.addFirst(new Field("Host", host == null ? "localhost" : host));
        }
        if (credentials != null && credentials.token != null) {
            String token = credentials.token.equals("-") ? read() : credentials.token;
            fields.add(new Field("Authorization", "Bearer " + token));
        }
        Optional<Caller.Authenticated> as = credentials == null || credentials.as == null
                ? Optional.empty()
                : Optional.of(caller(credentials.as));
        return new Question(method, path, fields, address(), tls, as);
    }

    private Field field(String header) {
        int colon = header.indexOf(':');
        if (colon < 1) {
            throw wrong("--header: " + header + " (expected: 'Name: value')");
        }
        return new Field(header.substring(0, colon), header.substring(colon + 1));
    }

    private Caller.Authenticated caller(String text) {
        try {
            return SyntheticCaller.parse(text);
        } catch (IllegalArgumentException expected) {
            throw wrong("--as: " + expected.getMessage());
        }
    }

    private InetAddress address() {
        try {
            return InetAddress.ofLiteral(peer);
        } catch (IllegalArgumentException _) {
            throw wrong("--peer: " + peer + " (expected: an IP address)");
        }
    }

    private String read() throws IOException {
        return new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8).strip();
    }

    @SuppressWarnings("NullAway") // picocli sets it before anything else
    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
