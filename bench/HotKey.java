import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// What one key costs that all gateways count at the same time: 1, 4 and 16 limiters, each with a connection of its own, on one key of a real Redis.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/HotKey.java [SECONDS, each a window, of each measurement, 5 without it]
///
/// Prints a line for each limit and number of limiters. `alone` is the share of decisions that were made without Redis, since it had not answered within
/// 20 ms: a key that collapses shows there, in more than 100 % of the limit, and in the exchanges with Redis, which grow faster than what is admitted. (At
/// 100,000 per second nobody comes near the limit.)
final class HotKey {

    private static final Path JAR = Path.of("gateway/target/gateway.jar");
    private static final Path FOLDER = Path.of("gateway/target/hotkey");
    private static final String LIBRARIES = "BOOT-INF/lib/";

    static void main(String[] arguments) throws Exception {
        unpack();
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", "gateway/target/classes:" + FOLDER + "/*:dev-services/target/classes:dev-services/target/lib/*", "bench/hotkey/Limiters.java",
                arguments.length > 0 ? arguments[0] : "5");
        System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static void unpack() throws IOException {
        Files.createDirectories(FOLDER);
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(LIBRARIES) && entry.getName().endsWith(".jar")) {
                    try (InputStream library = jar.getInputStream(entry)) {
                        Files.copy(library, FOLDER.resolve(entry.getName().substring(LIBRARIES.length())), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }
}
