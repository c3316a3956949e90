package dev.gatehouse.auth.reauthentication;

import java.time.Duration;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.throttle.Throttle;
import dev.gatehouse.auth.throttle.Verdict;

/// Checks the password of a session's account. Guesses are counted for the session, so that neither a stolen one gets far nor anybody
/// outside is in the owner's way. Blocks; thread-safe.
@Component
public final class Reauthentication {

    private final Throttle throttle;
    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final Events events;
    private final TransactionTemplate transactions;

    Reauthentication(Throttle throttle, Accounts accounts, PasswordHasher hasher, Events events,
            TransactionTemplate transactions) {
        this.throttle = throttle;
        this.accounts = accounts;
        this.hasher = hasher;
        this.events = events;
        this.transactions = transactions;
    }

    /// {@return whether the password is that of the session's account}
    ///
    /// @param session of whoever asks
    /// @param password that they give
    public Result check(Session session, Password password) {
        return switch (throttle.beginKnown("session:" + session.id())) {
            case Verdict.Proceed proceed -> compare(session, password, proceed.ticket());
            case Verdict.Hopeless _ -> new Result.Wrong(); // costs nothing, so nothing is written that stays for good
            case Verdict.Later(Duration retryAfter) -> new Result.Later(retryAfter);
        };
    }

    /// Passes, or refuses what was asked for.
    ///
    /// @param session of whoever asks
    /// @param password that they give
    /// @throws dev.gatehouse.auth.problem.Refusal where it is not the right one, or was guessed at too often
    public void require(Session session, Password password) {
        switch (check(session, password)) {
            case Result.Right() -> {
            }
            case Result.Wrong() -> throw Problem.of(ProblemCode.PASSWORD_WRONG, "Give the password of this account.").refusal();
            case Result.Later(Duration retryAfter) -> throw Problem.limited(RateLimit.PASSWORD,
                    "Too many wrong passwords; wait before the next.", retryAfter).refusal();
        }
    }

    private Result compare(Session session, Password password, Verdict.Ticket ticket) {
        if (!throttle.look(ticket, () -> matches(session, password))) {
            return wrong(session);
        }
        throttle.succeeded(ticket);
        return new Result.Right();
    }

    private boolean matches(Session session, Password password) {
        return hasher.matches(password, accounts.find(session.account().id()).map(WithPassword::passwordHash));
    }

    private Result wrong(Session session) {
        transactions.executeWithoutResult(_ -> events.append(Event.about(EventType.USER_LOGIN_FAILED, session.account().id())
                .in(session.id()).with("method", "reauthentication").with("reason", "wrong_password")));
        return new Result.Wrong();
    }

    /// What came of it.
    public sealed interface Result {

        /// The right one.
        record Right() implements Result {}

        /// Not the right one.
        record Wrong() implements Result {}

        /// Not looked at.
        ///
        /// @param retryAfter when to come back
        record Later(Duration retryAfter) implements Result {}
    }
}
