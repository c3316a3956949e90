package dev.gatehouse.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.routefile.RouteProblem;

/// A `routes.yml` that the gateway cannot start with; its message lists every problem with its line.
final class InvalidRoutesException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InvalidRoutesException(Path file, List<RouteProblem> problems) {
        super(problems.stream().map(RouteProblem::toString)
                .collect(Collectors.joining("\n",
                        "GATEHOUSE_ROUTES: " + file + " cannot be used, problems: " + problems.size() + "\n", "")));
    }
}
