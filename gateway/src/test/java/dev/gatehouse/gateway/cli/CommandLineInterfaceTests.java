package dev.gatehouse.gateway.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CommandLineInterfaceTests {

    private static final String GOOD = """
            version: 1
            routes:
              - id: page
                match: { path: / }
                upstream: ${BACKEND:http://localhost:8082}
                access: public
                tests:
                  - { request: GET /, expect: forward }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(Map<String, String> environment, String... arguments) {
        return CommandLineInterface.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true), environment::get);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("routes.yml"), text).toString();
    }

    @Test
    void saysThatAFileIsGood() throws IOException {
        assertThat(run(Map.of(), "routes", "check", file(GOOD))).isZero();
        assertThat(out.toString()).contains("routes.yml: good; 1 route, 1 test passed");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void listsEveryProblemWithItsLine() throws IOException {
        String bad = file(GOOD.replace("access", "acces").replace("path: /", "path: page").replace("version: 1", "version: 2"));
        assertThat(run(Map.of(), "routes", "check", bad)).isOne();
        assertThat(err.toString().lines()).containsExactly(
                bad + ":1:10  version: 2 (expected: a whole number, 1 to 1)",
                bad + ":3:5  routes[0].access: missing (expected: public, optional, signed-in, client-certificate, { roles: [name] }, { scopes: [name] } or another condition)",
                bad + ":4:20  routes[0].match.path: page (expected: a path that begins with / and has at most 1024 characters)",
                bad + ":6:5  routes[0].acces: unknown key, did you mean access?",
                bad + ": 4 problems");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void tellsOfATestThatFails() throws IOException {
        String bad = file(GOOD.replace("GET /,", "GET /x,"));
        assertThat(run(Map.of(), "routes", "check", bad)).isOne();
        assertThat(err.toString()).contains(":8:9  routes[0].tests[0]: GET /x gives 404 (expected: forward)");
    }

    @Test
    void checksTheConfiguredFileWhenNoneIsNamed() throws IOException {
        assertThat(run(Map.of("GATEHOUSE_ROUTES", file(GOOD)), "routes", "check")).isZero();
    }

    @Test
    void readsTheEnvironment() throws IOException {
        assertThat(run(Map.of("BACKEND", "ftp://x"), "routes", "check", file(GOOD))).isOne();
    }

    @Test
    void tellsOfAFileThatIsNotThere() {
        assertThat(run(Map.of(), "routes", "check", folder.resolve("none.yml").toString())).isOne();
        assertThat(err.toString()).contains("no such file");
    }

    @Test
    void warnsOfWhatIsAllowedButRisky() throws IOException {
        String risky = file(GOOD.replace("routes:",
                "issuers: { main: { issuer: main, jwks: 'http://keys/jwks', insecure-http: true, audiences: [api] } }\nroutes:"));
        assertThat(run(Map.of(), "routes", "check", risky)).isZero();
        assertThat(err.toString()).contains("warning: issuer main: its keys come without TLS from http://keys/jwks");
    }

    @Test
    void explainsItselfWhenAskedWrongly() {
        assertThat(run(Map.of(), "routes", "chek")).isEqualTo(2);
        assertThat(err.toString()).contains("routes check");
    }

    @Test
    void helps() {
        assertThat(run(Map.of(), "routes", "check", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: gatehouse routes check [-h] [FILE]");
    }
}
