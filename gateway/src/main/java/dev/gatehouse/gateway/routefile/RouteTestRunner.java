package dev.gatehouse.gateway.routefile;

import java.time.Instant;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.path.TargetForm;
import dev.gatehouse.gateway.routefile.yaml.Position;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.RouteTest;
import dev.gatehouse.gateway.routes.Routes;

/// Runs the tests of a file through the code that serves traffic: path policy, match, access.
final class RouteTestRunner {

    /// The time at which tests take place: always the same, so that what passes today passes tomorrow.
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private RouteTestRunner() {}

    static void run(Routes routes, Problems problems) {
        for (RouteTest test : routes.tests()) {
            String actual = outcome(routes.table(), test);
            if (!actual.equals(test.expected().toString())) {
                String who = test.caller() instanceof Caller.Authenticated known ? " as " + known.subject() : "";
                problems.add(new Position(test.line(), test.column(), test.path()),
                        test.method() + " " + test.target() + who + " gives " + actual + " (expected: " + test.expected() + ")");
            }
        }
    }

    private static String outcome(RouteTable table, RouteTest test) {
        String target = TargetForm.readable(test.target());
        if (target.isEmpty()) {
            return "400" + unless(test, "400", "the target holds what no target can");
        }
        return switch (Entrance.of(table, test.method(), target, test.host(), Entrance.hostName(test.host()))) {
            case Entrance.Ambiguous ambiguous -> "400" + unless(test, "400", ambiguous.why());
            case Entrance.Malformed malformed -> "400" + unless(test, "400", malformed.why());
            case Entrance.Own _ -> "an answer of the gateway's own";
            case Entrance.NoRoute _ -> "404";
            case Entrance.NoMethod no -> "405" + unless(test, "405", "allowed: " + String.join(", ", no.allow()));
            case Entrance.Taken taken -> decision(taken.route(), test);
        };
    }

    /// A test speaks of the route under which it is written; what another route does with the request proves nothing about this one.
    private static String decision(RouteSpec route, RouteTest test) {
        Caller caller = route.access().knowsCallers() ? test.caller() : Caller.ANONYMOUS;
        String outcome = switch (route.access().decide(caller, NOW)) {
            case Decision.Allowed _ -> "forward";
            case Decision.SignInNeeded _,Decision.StepUpNeeded _ -> "401";
            case Decision.CertificateNeeded _,Decision.Denied _ -> "403";
        };
        return route.id().equals(test.route()) ? outcome : outcome + " by route " + route.id();
    }

    private static String unless(RouteTest test, String expected, String explanation) {
        return test.expected().toString().equals(expected) ? "" : " (" + explanation + ")";
    }
}
