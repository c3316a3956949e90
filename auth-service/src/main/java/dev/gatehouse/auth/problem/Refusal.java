package dev.gatehouse.auth.problem;

/// Carries a [Problem] from a controller to [ProblemRenderer]. Not an error of ours: it has no stack trace and is not logged.
@SuppressWarnings("serial") // never serialised; the problem is a value of this process
public final class Refusal extends RuntimeException {

    private final transient Problem problem;

    /// Wraps a problem.
    ///
    /// @param problem what to answer
    public Refusal(Problem problem) {
        super(problem.code().code(), null, false, false);
        this.problem = problem;
    }

    /// {@return what to answer}
    public Problem problem() {
        return problem;
    }
}
