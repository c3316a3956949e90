package dev.gatehouse.gateway.assertion;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jwt.JWTClaimsSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Compiles `examples/verify/java` as a backend would, and tries it on good and forged assertions.
class JavaExampleTests {

    private static final Path SOURCE = Path.of("../examples/verify/java/GatehouseAssertion.java");

    @Test
    void acceptsWhatTheGatewaySignsAndNothingElse(@TempDir Path folder) throws Exception {
        try (ExampleServer server = ExampleServer.start(); URLClassLoader loader = compiled(folder)) {
            Class<?> type = loader.loadClass("GatehouseAssertion");
            Object example = type.getConstructor(URI.class, String.class, String.class).newInstance(server.uri("/jwks.json"),
                    ExampleServer.ISSUER, ExampleServer.ROUTE);
            Method verify = type.getMethod("verify", String.class);

            List<ExampleServer.Case> cases = server.cases();
            assertThat(cases).hasSizeGreaterThan(20)
                    .allSatisfy(
                            one -> assertThat(accepts(example, verify, one.header())).as(one.name()).isEqualTo(one.accepted()));
            assertThat(server.fetches()).isBetween(1, 3);
        }
    }

    @Test
    void saysWhereThereAreNoKeys(@TempDir Path folder) throws Exception {
        try (ExampleServer server = ExampleServer.start(); URLClassLoader loader = compiled(folder)) {
            Class<?> type = loader.loadClass("GatehouseAssertion");
            Method verify = type.getMethod("verify", String.class);
            String good = server.cases().getFirst().header();
            assertThat(server.outages().keySet()).hasSizeGreaterThan(5).allSatisfy(outage -> {
                Object example = type.getConstructor(URI.class, String.class, String.class).newInstance(server.uri(outage),
                        ExampleServer.ISSUER, ExampleServer.ROUTE);
                assertThatThrownBy(() -> verify.invoke(example, good)).as(outage).isInstanceOf(InvocationTargetException.class)
                        .hasCauseInstanceOf(KeySourceException.class);
            });
        }
    }

    private static boolean accepts(Object example, Method verify, String header) throws IllegalAccessException {
        try {
            return ((JWTClaimsSet) verify.invoke(example, header)).getSubject().equals("alice");
        } catch (InvocationTargetException _) {
            return false;
        }
    }

    private static URLClassLoader compiled(Path folder) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(null, files, null, List.of("-d", folder.toString(), "-classpath",
                    System.getProperty("java.class.path"), "-Xlint:all,-processing,-path,-classfile", "-Werror", "-proc:none"),
                    null,
                    files.getJavaFileObjects(SOURCE)).call();
            assertThat(done).as("compiles").isTrue();
        }
        return new URLClassLoader(new URL[]{folder.toUri().toURL()}, JavaExampleTests.class.getClassLoader());
    }
}
