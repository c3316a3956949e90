package load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import javax.tools.ToolProvider;

/// Spring Cloud Gateway that only forwards, made of the libraries within `gateway.jar`: a yardstick wherever there is a JDK. It looks at no token, has no limits,
/// writes no log; its source is `bench/forwarder`.
public final class Forwarder {

    private static final String LIBRARIES = "BOOT-INF/lib/";

    /// What the gateway has beyond Spring Cloud Gateway and its starter, by the beginnings of names.
    private static final List<String> NOT_ITS_OWN = List.of("AmazonCorretto", "HdrHistogram", "bcprov", "bucket4j", "caffeine", "lettuce", "micrometer-core",
            "micrometer-jakarta", "micrometer-registry", "netty-tcnative", "nimbus", "opentelemetry", "picocli", "prometheus", "redis-", "resilience4j",
            "spring-boot-actuator", "spring-boot-data", "spring-boot-health", "spring-boot-micrometer-metrics", "spring-boot-persistence",
            "spring-boot-transaction", "spring-data", "spring-oxm", "spring-tx", "spring-context-support");

    private Forwarder() {}

    /// Compiles and starts it on the processor for what is measured.
    public static Contender start(Programs programs, Cores cores, int backend) {
        try {
            Path folder = Files.createDirectories(programs.folder().resolve("forwarder"));
            String libraries = unpack(folder.resolve("lib"));
            Path classes = Files.createDirectories(folder.resolve("classes"));
            if (ToolProvider.getSystemJavaCompiler().run(null, null, null, "-cp", libraries, "-proc:none", "-d", classes.toString(),
                    Path.of("bench", "forwarder", "ForwardingGateway.java").toString()) != 0) {
                throw new Trouble("bench/forwarder does not compile");
            }
            int port = Programs.freePort();
            List<String> command = new ArrayList<>(List.of(Programs.java()));
            command.addAll(Gatehouse.HEAP);
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classes + ":" + libraries,
                    "forwarder.ForwardingGateway", "" + port, "http://127.0.0.1:" + backend));
            return new Contender("forwarder", port, 0, true, programs.start("forwarder", cores.measured(command), Map.of()));
        } catch (IOException e) {
            throw new Trouble("no forwarder: " + e.getMessage());
        }
    }

    private static String unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (ZipFile jar = new ZipFile(Programs.jar().toFile())) {
            List<String> paths = new ArrayList<>();
            for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName().startsWith(LIBRARIES) ? entry.getName().substring(LIBRARIES.length()) : "";
                if (name.endsWith(".jar") && NOT_ITS_OWN.stream().noneMatch(name::startsWith)) {
                    try (InputStream library = jar.getInputStream(entry)) {
                        Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                    paths.add(folder.resolve(name).toAbsolutePath().toString());
                }
            }
            return String.join(":", paths);
        }
    }
}
