package dev.gatehouse.gateway;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.RevocationFeed;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.tls.ServerTls;

/// What the management port tells of the gateway's parts. None of them makes the gateway unready: it goes on with what it knows, which is better for
/// its callers than no gateway; an operator should look nevertheless.
final class GatewayHealth {

    private static final Status DEGRADED = new Status("DEGRADED", "works with what it knows");

    private GatewayHealth() {}

    static HealthIndicator routes(RouteWatcher watcher) {
        return () -> {
            RouteWatcher.State state = watcher.state();
            Health.Builder health = Health.status(state.problems().isEmpty() ? Status.UP : DEGRADED)
                    .withDetail("sha256", state.hash())
                    .withDetail("loadedAt", state.loadedAt().toString()).withDetail("routes", state.routeCount())
                    .withDetail("problems", state.problems().stream().map(RouteProblem::toString).toList());
            state.badSince().ifPresent(since -> health.withDetail("badSince", since.toString()));
            return health.build();
        };
    }

    static HealthIndicator issuers(Issuers issuers) {
        return () -> {
            Health.Builder health = Health
                    .status(issuers.status().stream().allMatch(Issuers.Status::usable) ? Status.UP : DEGRADED);
            issuers.status().forEach(issuer -> health.withDetail(issuer.id(),
                    issuer.usable() ? issuer.kids() : issuer.error().orElse("no keys yet")));
            return health.build();
        };
    }

    static HealthIndicator assertions(Assertions assertions) {
        return () -> {
            Assertions.Status status = assertions.status();
            Health.Builder health = Health.status(status.trouble().isEmpty() ? Status.UP : DEGRADED)
                    .withDetail("signer", status.signer()).withDetail("published", status.published());
            return (status.trouble().isEmpty() ? health : health.withDetail("trouble", status.trouble())).build();
        };
    }

    static HealthIndicator tls(ServerTls tls) {
        return () -> {
            ServerTls.Status status = tls.status();
            Health.Builder health = Health.status(status.trouble().isEmpty() ? Status.UP : DEGRADED)
                    .withDetail("certificate", status.certificate()).withDetail("expires", status.expires().toString());
            return (status.trouble().isEmpty() ? health : health.withDetail("trouble", status.trouble())).build();
        };
    }

    /// Where the public port speaks plain HTTP.
    static HealthIndicator noTls() {
        return () -> Health.up().withDetail("certificate", "none").build();
    }

    static HealthIndicator revocations(RevocationFeed feed) {
        return () -> {
            RevocationFeed.Status status = feed.status();
            return Health.status(status.state() == RevocationFeed.State.STALE ? DEGRADED : Status.UP)
                    .withDetail("feed", status.state())
                    .withDetail("lagMillis", status.lag().toMillis()).withDetail("sessions", status.entries()).build();
        };
    }
}
