package dev.gatehouse.bench;

import java.util.Map;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteTable;

/// Is the target clear, and which route takes it: among ten routes, and among ten thousand.
@State(Scope.Benchmark)
public class Matching {

    /// How many routes there are.
    @Param({"10", "10000"})
    public int routes;

    private RouteTable table;
    private int next;
    private String[] targets;

    /// Reads a file of so many routes.
    @Setup
    public void read() {
        StringBuilder yaml = new StringBuilder("version: 1\nroutes:\n");
        targets = new String[1024];
        for (int i = 0; i < routes; i++) {
            yaml.append("  - { id: r%d, match: { path: \"/api/r%d/{id}/**\" }, upstream: \"http://127.0.0.1:9000\", access: public }\n"
                    .formatted(i, i));
        }
        for (int i = 0; i < targets.length; i++) {
            targets[i] = "/api/r" + i * 7919L % routes + "/42/items?page=2";
        }
        table = ((RouteFileResult.Valid) RouteFile.read(yaml.toString(), Map.<String, String>of()::get)).routes().table();
    }

    /// A request of a route that is another one each time.
    @Benchmark
    public Entrance match() {
        return Entrance.of(table, "GET", targets[next++ & 1023], "localhost:8080", "localhost");
    }
}
