package dev.gatehouse.systemtests.harness;

import java.nio.file.Path;

/// A running gateway.
///
/// @param program its process
/// @param client speaks to its public port
/// @param management speaks to its management port
/// @param routes its own routes.yml
public record Gateway(Program program, Client client, Client management, Path routes) implements AutoCloseable {

    /// Puts other routes into its file.
    public void rewriteRoutes(String yaml) {
        Gatehouse.write(routes, yaml);
    }

    /// The state of one part in its health: `UP`, `DEGRADED`.
    public String health(String part) {
        return management.get("/actuator/health").json().path("components").path(part).path("status").asString();
    }

    /// How many limits it has decided without Redis so far.
    public double decidedAlone() {
        return metric("gatehouse_limiter_decisions_total", "mode=\"local\"");
    }

    /// Whether it counts limits in Redis now.
    public boolean sharesLimits() {
        return metric("gatehouse_limiter_shared", "") == 1;
    }

    private double metric(String name, String tag) {
        return management.get("/actuator/prometheus").body().lines()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    // It serves before the auth service does, and asks for the keys again soon.
    Gateway awaitKeys() {
        program.awaitReady(() -> health("issuers").equals("UP"));
        return this;
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        program.close();
    }
}
