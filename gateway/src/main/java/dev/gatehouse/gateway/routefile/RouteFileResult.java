package dev.gatehouse.gateway.routefile;

import java.util.List;

import dev.gatehouse.gateway.routes.Routes;

/// What came of reading `routes.yml`.
public sealed interface RouteFileResult {

    /// The file is good as a whole.
    record Valid(Routes routes) implements RouteFileResult {}

    /// Nothing of the file is used.
    ///
    /// @param problems all of them, by line; at least one
    record Invalid(List<RouteProblem> problems) implements RouteFileResult {

        /// Copies the list.
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("problems: none (expected: at least one)");
            }
        }
    }
}
