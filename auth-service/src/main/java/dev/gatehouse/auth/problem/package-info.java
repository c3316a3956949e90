/// What a caller is told when something is refused: `application/problem+json` (RFC 9457) with a stable code.
///
/// Stages answer with values; a controller that has nothing better to say throws a [dev.gatehouse.auth.problem.Refusal], and only
/// [dev.gatehouse.auth.problem.ProblemRenderer] writes the body. Depends on nothing of ours.
@NullMarked
package dev.gatehouse.auth.problem;

import org.jspecify.annotations.NullMarked;
