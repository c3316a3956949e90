package load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Starts the gateway of this project, as it is by default: all policies on, the access log to a file. Immutable.
public final class Gatehouse {

    /// What a Java gateway is given when memory is not what is measured.
    public static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");

    private static final String HOME = "127.0.0.1:9000";

    private final Programs programs;
    private final Cores cores;
    private final String redis;

    /// `redis`: its URL, or empty for a gateway that stands alone.
    public Gatehouse(Programs programs, Cores cores, String redis) {
        this.programs = programs;
        this.cores = cores;
        this.redis = redis;
    }

    /// The routes of `bench/routes.yml`, for a backend at this port.
    public Path routes(int backend) {
        try {
            String yaml = Files.readString(Path.of("bench", "routes.yml")).replace(HOME, "127.0.0.1:" + backend);
            return Files.writeString(programs.folder().resolve("routes.yml"), yaml).toAbsolutePath();
        } catch (IOException e) {
            throw new Trouble("cannot write routes: " + e.getMessage());
        }
    }

    /// Starts one on free ports, on the processor for what is measured.
    public Contender start(String name, Path routes, List<String> heap, Map<String, String> variables) {
        List<String> command = new ArrayList<>(List.of(Programs.java()));
        command.addAll(heap);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", Programs.jar().toString()));
        return start(name, cores.measured(command), routes, variables);
    }

    /// Starts one by a command of one's own. It may not answer yet.
    public Contender start(String name, List<String> command, Path routes, Map<String, String> variables) {
        int port = Programs.freePort();
        int management = Programs.freePort();
        Map<String, String> all = new HashMap<>(Map.of("GATEHOUSE_ROUTES", routes.toString(), "GATEHOUSE_ADDRESS", "127.0.0.1", "GATEHOUSE_PORT",
                "" + port, "GATEHOUSE_MANAGEMENT_PORT", "" + management, "GATEHOUSE_DRAIN_GRACE", "0ms"));
        if (!redis.isEmpty()) {
            all.put("REDIS_URL", redis);
        }
        all.putAll(variables);
        return new Contender(name, port, management, true, programs.start(name, command, all));
    }
}
