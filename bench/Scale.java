import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import load.Arguments;
import load.Programs;
import load.Trouble;
import scale.Connections;
import scale.Instances;
import scale.Routes;
import scale.Scaling;
import scale.Starts;
import scale.Users;

/// What a request costs the gateway as things grow: its routes, the users it sees, the connections it holds, the instances that share a limit; and how long it
/// takes to start.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/Scale.java [--parts routes,users,connections,instances,start] [--rounds 3] [--seconds 6] [--warm 60]
///                           [--routes 10,1000,10000] [--users 1000,100000,1000000] [--connections 64,1000,10000] [--instances 1,2,4]
///
/// Starts `gateway/target/gateway.jar` with `bench/routes.yml` and what it needs on free ports of loopback. The work is `hot` of `bench/Load.java`. Each number stands against
/// the first of its kind in the same run; bars are said to be met or not, and one that is not makes the program end with 1. The last number of users is signed
/// beforehand, which takes minutes for a million; 10,000 connections need `ulimit -n` above that. Keeps its report in `target/bench/scale.md`, with charts. Takes half an hour.
final class Scale {

    private static final List<String> PARTS = List.of("routes", "users", "connections", "instances", "start");

    private Scale() {}

    static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // figures look the same everywhere
        int status = 2;
        try {
            Programs.jar();
            status = run(Arguments.read(arguments, Map.of("parts", String.join(",", PARTS), "rounds", "3", "seconds", "6", "warm", "60", "routes",
                    "10,1000,10000", "users", "1000,100000,1000000", "connections", "64,1000,10000", "instances", "1,2,4"))) ? 0 : 1;
        } catch (Trouble trouble) {
            System.err.println("Scale: " + trouble.getMessage());
        }
        System.exit(status);
    }

    private static boolean run(Arguments words) {
        List<String> parts = words.list("parts", PARTS);
        Scaling scaling = Scaling.begin(Path.of("target", "bench"), words);
        scaling.report().say("%s; %s rounds of %s s after %s s of warm-up, median.".formatted(scaling.site().cores().description(),
                words.text("rounds"), words.text("seconds"), words.text("warm")));
        if (parts.contains("users")) { // first, since signing wants all processors
            Users.run(scaling);
        }
        scaling.site().cores().stepAside();
        for (String part : parts) {
            switch (part) {
                case "routes" -> Routes.run(scaling);
                case "connections" -> Connections.run(scaling);
                case "instances" -> Instances.run(scaling);
                case "start" -> Starts.run(scaling);
                default -> {} // done
            }
        }
        scaling.report().say(scaling.missed().isEmpty() ? "All bars are met." : "Missed: " + String.join("; ", scaling.missed()) + ".");
        scaling.report().keep();
        return scaling.missed().isEmpty();
    }
}
