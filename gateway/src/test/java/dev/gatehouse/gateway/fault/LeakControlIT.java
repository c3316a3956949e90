package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.pipeline.JarGateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// That the suite of faults would tell of a lost buffer.
@Tag("faults")
class LeakControlIT {

    @Test
    void tellsOfBuffersThatAreLostInTheProcess(@TempDir Path folder) throws Exception {
        Path agent = agent(folder.resolve("leaker.jar"));
        String options = "-Dio.netty.leakDetection.level=paranoid -javaagent:" + agent;
        try (Backend backend = Backend.start();
                JarGateway gateway = JarGateway.start("""
                        version: 1
                        routes:
                          - { id: well, match: { path: /well }, upstream: "%s", access: public }
                        """.formatted(backend.url()), Map.of("JAVA_TOOL_OPTIONS", options))) {
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> gateway.output().contains(Leaker.DONE))).isTrue();

            assertThatThrownBy(() -> Vitals.assertNoBufferLost(gateway)).isInstanceOf(AssertionError.class)
                    .hasMessageContaining("LEAK:");
        }
    }

    private static Path agent(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", Leaker.class.getName());
        String name = Leaker.class.getName().replace('.', '/') + ".class";
        try (InputStream code = Leaker.class.getResourceAsStream("Leaker.class");
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry(name));
            code.transferTo(out);
            out.closeEntry();
        }
        return jar;
    }
}
