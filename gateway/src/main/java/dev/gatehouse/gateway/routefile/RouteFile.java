package dev.gatehouse.gateway.routefile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlFile;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTest;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.OwnAddresses;

/// Reads `routes.yml`: every value typed, every problem reported, every test in the file run. A file is good as a whole or not used at all.
///
/// The only I/O is a look whether a key file that is named exists. Nothing is evaluated but `${NAME}` and `${NAME:default}` in values.
public final class RouteFile {

    private final Problems problems = new Problems();
    private final List<String> warnings = new ArrayList<>();
    private final Path folder;
    private final OwnAddresses own;
    private final boolean certificates;

    /// @param certificates whether anybody vouches for clients
    private RouteFile(Path folder, OwnAddresses own, boolean certificates) {
        this.folder = folder;
        this.own = own;
        this.certificates = certificates;
    }

    /// Reads a file from the disk; one that cannot be read is a problem like any other.
    ///
    /// @param environment answers with a variable's value, or null when it is not set
    public static RouteFileResult read(Path file, Function<String, @Nullable String> environment) {
        return RouteSource.of(file).read(environment, file, new RouteMemory());
    }

    /// Reads a text whose relative paths begin at the working directory.
    public static RouteFileResult read(String yaml, Function<String, @Nullable String> environment) {
        return read(yaml, environment, Path.of(""));
    }

    /// Reads a text.
    ///
    /// @param environment answers with a variable's value, or null when it is not set
    /// @param folder where relative paths begin
    public static RouteFileResult read(String yaml, Function<String, @Nullable String> environment, Path folder) {
        return read(yaml, environment, folder, new RouteMemory());
    }

    /// Reads a text as far as it is new.
    ///
    /// @param environment answers the same each time
    /// @param folder the same each time
    /// @param memory of what was read before; knows this file afterwards if it is good
    static RouteFileResult read(String yaml, Function<String, @Nullable String> environment, Path folder, RouteMemory memory) {
        @Nullable
        String clients = environment.apply("GATEHOUSE_TLS_CLIENT_CA");
        RouteFile file = new RouteFile(folder, OwnAddresses.of(environment), clients != null && !clients.isBlank());
        Optional<YamlNode.Mapping> top = YamlFile.read(yaml, environment, file.problems);
        return file.routes(top, top.isPresent() ? RouteTexts.of(yaml, top.get()) : RouteTexts.NONE, memory);
    }

    private RouteFileResult routes(Optional<YamlNode.Mapping> top, RouteTexts texts, RouteMemory memory) {
        Optional<Routes> routes = top.flatMap(map -> routes(map, texts, memory));
        if (problems.isEmpty() && routes.isPresent()) {
            RouteTestRunner.run(routes.get(), problems);
        }
        return routes.isPresent() && problems.isEmpty()
                ? new RouteFileResult.Valid(routes.get())
                : new RouteFileResult.Invalid(problems.sorted().stream()
                        .map(found -> new RouteProblem(found.at().line(), found.at().column(), found.at().path(), found.text()))
                        .toList());
    }

    private Optional<Routes> routes(YamlNode.Mapping top, RouteTexts texts, RouteMemory memory) {
        Fields file = new Fields(top, problems, RoutesSchema.FILE);
        file.number("version", 1, 1);
        List<IssuerSpec> issuers = new IssuerReader(problems, warnings, folder).issuers(file);
        RouteIssuers accepted = new RouteIssuers(problems, issuers, names(file));
        LimitReader limits = new LimitReader(problems);
        RouteReader reader = new RouteReader(problems, warnings, RouteDefaults.read(file, problems), accepted,
                new UpstreamReader(problems, own, folder).upstreams(file), limits.policies(file));
        RouteMemory.Reading reading = memory.reading(texts, issuers);
        List<RouteReader.Draft> drafts = reader.routes(file, reading);
        RouteConflicts.find(drafts, problems, warnings);
        refuseSignInWithoutIssuers(file, drafts);
        List<RouteSpec> specs = new ArrayList<>();
        List<RouteTest> tests = new ArrayList<>();
        for (RouteReader.Draft draft : drafts) {
            if (draft.spec().isPresent()) {
                specs.add(draft.spec().get());
            }
            tests.addAll(draft.tests());
        }
        warnOfCertificates(specs);
        Optional<LimitSpec> arrivals = limits.arrivals(file);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        reading.keep();
        return Optional.of(new Routes(issuers, specs, tests, arrivals, warnings));
    }

    /// No problem, since a file may be checked where no gateway runs; such a route lets nobody in.
    private void warnOfCertificates(List<RouteSpec> specs) {
        if (certificates) {
            return;
        }
        specs.stream().filter(spec -> spec.access() instanceof Access.Certified)
                .forEach(spec -> warnings.add("route " + spec.id()
                        + ": lets nobody in, since GATEHOUSE_TLS_CLIENT_CA does not say who vouches for clients"));
    }

    private static Set<String> names(Fields file) {
        return file.node("issuers").filter(YamlNode.Mapping.class::isInstance).map(YamlNode.Mapping.class::cast)
                .map(map -> map.entries().keySet()).orElse(Set.of());
    }

    private void refuseSignInWithoutIssuers(Fields file, List<RouteReader.Draft> drafts) {
        boolean none = file.node("issuers").map(node -> node instanceof YamlNode.Mapping map && map.entries().isEmpty())
                .orElse(true);
        if (none) {
            drafts.stream().filter(RouteReader.Draft::readsTokens).forEach(draft -> problems.add(draft.accessAt(),
                    "a route that reads tokens, but no issuer of tokens is named (expected: at least one under issuers, or public)"));
        }
    }
}
