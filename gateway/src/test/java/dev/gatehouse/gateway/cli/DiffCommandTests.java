package dev.gatehouse.gateway.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DiffCommandTests {

    private static final String OLD = """
            version: 1
            issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api] } }
            routes:
              - { id: admin, match: { path: /admin/** }, upstream: 'http://h', access: { roles: [admin] } }
              - { id: orders, match: { path: /orders }, upstream: 'http://h', access: signed-in, timeout: 3s }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;
    private String old = "";

    @BeforeEach
    void writeOld() throws IOException {
        old = Files.writeString(folder.resolve("old.yml"), OLD).toString();
    }

    private int diff(String now, String... options) throws IOException {
        String next = Files.writeString(folder.resolve("new.yml"), now).toString();
        String[] arguments = new String[4 + options.length];
        System.arraycopy(new String[]{"routes", "diff", old, next}, 0, arguments, 0, 4);
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandLineInterface.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true),
                Map.<String, String>of()::get);
    }

    @Test
    void saysFirstWhoGetsInAndEndsWithTwo() throws IOException {
        assertThat(
                diff(OLD.replace("{ roles: [admin] }", "signed-in").replace("access: signed-in, timeout: 3s", "access: public")))
                .isEqualTo(2);
        assertThat(out.toString().lines()).containsExactly("widens access:", "  route admin lost role admin (now signed-in)",
                "  route orders became public (was signed-in)", "changes:",
                "  route orders waits 30000 ms for an answer (was 3000 ms)");
    }

    @Test
    void endsWithZeroWhenNobodyGetsInWhoDidNot() throws IOException {
        assertThat(diff(OLD.replace("signed-in", "{ roles: [user] }"))).isZero();
        assertThat(out.toString().lines()).containsExactly("narrows access:", "  route orders now demands role user");
    }

    @Test
    void saysWhenOnlyTheTextChanged() throws IOException {
        assertThat(diff("# a word\n" + OLD)).isZero();
        assertThat(out.toString().lines()).containsExactly("no change in meaning");
    }

    @Test
    void speaksJson() throws IOException {
        assertThat(diff(OLD.replace("{ roles: [admin] }", "{ roles: [admin, ops] }"), "--json")).isEqualTo(2);
        assertThat(out.toString().strip()).isEqualTo("{\"widens\":true,\"changes\":[{\"effect\":\"widens\",\"about\":\"route\","
                + "\"name\":\"admin\",\"text\":\"route admin now also lets in role ops\"}]}");
    }

    @Test
    void endsWithOneWhenAFileCannotBeUsed() throws IOException {
        assertThat(diff("version: 2\n")).isOne();
        assertThat(err.toString()).contains("new.yml:1:1  routes: missing").contains("new.yml:1:10  version: 2");
        assertThat(out.toString()).isEmpty();
        old = folder.resolve("none.yml").toString();
        assertThat(diff(OLD)).isOne();
        assertThat(err.toString()).contains("none.yml:1:1  no such file");
    }

    /// Two would say that access widens.
    @Test
    void endsWithOneWhenAskedWrongly() {
        assertThat(CommandLineInterface.run(new String[]{"routes", "diff", old}, new PrintWriter(out, true),
                new PrintWriter(err, true), Map.<String, String>of()::get)).isOne();
    }
}
