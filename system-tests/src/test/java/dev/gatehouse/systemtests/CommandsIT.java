package dev.gatehouse.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// The commands about `routes.yml` as operators and pipelines give them: processes with exit codes, whose standard output is nothing but the answer.
class CommandsIT {

    private static final Path ROOT = Path.of(System.getProperty("gatehouse.root"));
    private static final Path JAR = Path.of(System.getProperty("gatehouse.gateway.jar"));
    private static final String SCRIPT = "./gatehouse";
    private static final String PROGRAM = "java -jar gateway.jar";

    private static final String STRICT = """
            version: 1
            issuers: { main: { issuer: i, jwks: "file:keys.json", audiences: [api] } }
            routes:
              - { id: orders, match: { path: /orders/** }, upstream: "http://127.0.0.1:1", access: signed-in, tests: [{ request: GET /orders, expect: 401 }] }
            """;

    @TempDir
    private static Path installed;

    @TempDir
    private Path folder;
    private Path routes;

    private record Ended(int exitCode, String out, String err) {}

    /// The script beside a gateway that is built, so that it builds none.
    @BeforeAll
    static void install() throws IOException {
        Path gateway = Files.createDirectories(installed.resolve("gateway"));
        Files.createDirectories(gateway.resolve("src/main"));
        Files.createFile(installed.resolve("pom.xml"));
        Files.createFile(gateway.resolve("pom.xml"));
        Files.createDirectories(gateway.resolve("target"));
        Files.createSymbolicLink(gateway.resolve("target/gateway.jar"), JAR);
        Files.createFile(gateway.resolve("target/gatehouse-built"));
        Files.copy(ROOT.resolve("gatehouse"), installed.resolve("gatehouse"));
    }

    @BeforeEach
    void write() throws IOException {
        routes = Files.writeString(folder.resolve("routes.yml"), STRICT);
        Files.writeString(folder.resolve("keys.json"), """
                {"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {SCRIPT, PROGRAM})
    void checksAGoodFile(String command) throws Exception {
        assertThat(run(command, "", "check", routes.toString()))
                .isEqualTo(new Ended(0, routes + ": good; 1 route, 1 test passed\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {SCRIPT, PROGRAM})
    void listsTheMistakesOfABadOne(String command) throws Exception {
        Files.writeString(routes, STRICT.replace("signed-in", "signedin"));

        Ended ended = run(command, "", "check");

        assertThat(ended.exitCode()).as(ended.toString()).isOne();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("routes.yml:4:").endsWith("routes.yml: 1 problem\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {SCRIPT, PROGRAM})
    void saysByItsExitCodeThatAccessWidens(String command) throws Exception {
        Path wider = Files.writeString(folder.resolve("wider.yml"),
                STRICT.replace("signed-in", "public").replace("401", "forward"));

        Ended ended = run(command, "", "diff", routes.toString(), wider.toString());

        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(2);
        assertThat(ended.out()).startsWith("widens access:\n  route orders became public");
        assertThat(ended.err()).isEmpty();
    }

    /// A token that was read is refused, none would be missing.
    @ParameterizedTest
    @ValueSource(strings = {SCRIPT, PROGRAM})
    void explainsATokenThatComesThroughTheStandardInput(String command) throws Exception {
        Ended ended = run(command, "no-token\n", "explain", "GET", "/orders/7", "--token", "-", "--json");

        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(3);
        JsonNode report = JsonMapper.shared().readTree(ended.out());
        assertThat(report.get("outcome").get("code").asString()).isEqualTo("auth.invalid");
        assertThat(ended.err()).isEmpty();
    }

    private Ended run(String command, String input, String... arguments) throws IOException, InterruptedException {
        String java = System.getProperty("java.home");
        List<String> words = new ArrayList<>(command.equals(SCRIPT)
                ? List.of("bash", installed.resolve("gatehouse").toString())
                : List.of(Path.of(java, "bin", "java").toString(), "-jar", JAR.toString()));
        words.add("routes");
        words.addAll(List.of(arguments));
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectInput(in.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GATEHOUSE_") || name.startsWith("JAVA_"));
        builder.environment().putAll(Map.of("JAVA_HOME", java, "LC_ALL", "C.UTF-8"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
