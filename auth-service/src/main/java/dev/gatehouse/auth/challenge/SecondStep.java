package dev.gatehouse.auth.challenge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.mfa.Method;
import dev.gatehouse.auth.mfa.SecondFactor;
import dev.gatehouse.auth.mfa.SecondFactor.Turn;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;

/// Answers challenges. A right code counts once and so does a challenge; of many answers at the same moment one succeeds. Blocks;
/// thread-safe, also across instances.
@Component
public final class SecondStep {

    private final Challenges challenges;
    private final Accounts accounts;
    private final SecondFactor secondFactor;

    SecondStep(Challenges challenges, Accounts accounts, SecondFactor secondFactor) {
        this.challenges = challenges;
        this.accounts = accounts;
        this.secondFactor = secondFactor;
    }

    /// {@return what comes of a right answer}
    ///
    /// @param answer as it came
    /// @param session that the challenge has to be for; empty: for none
    /// @param deviceCookie what the device showed to prove that its owner was here before
    /// @param then what follows, in the same transaction, for the account as it is now
    /// @param <T> what comes of it
    /// @throws dev.gatehouse.auth.problem.Refusal where the answer is not right, or the challenge cannot be answered any more
    public <T> T answer(Answer answer, Optional<UUID> session, Optional<String> deviceCookie,
            Function<Account, Optional<T>> then) {
        Challenge challenge = challenges.find(answer.challenge()).filter(found -> found.session().equals(session))
                .orElseThrow(() -> expired().refusal());
        Account account = account(challenge);
        Turn.Yours turn = switch (secondFactor.begin(account, answer.given(), deviceCookie)) {
            case Turn.Yours yours -> yours;
            case Turn.Later(Duration retryAfter) -> throw Problem.limited(RateLimit.CODE,
                    "Too many wrong codes; wait before the next.", retryAfter).refusal();
        };
        if (!challenges.tryOnce(challenge)) {
            if (turn.counted().isPresent()) { // else as many as anybody likes could be written down
                secondFactor.refuse(turn);
            }
            throw expired().refusal();
        }
        if (!challenge.methods().contains(answer.given().method())) {
            secondFactor.refuse(turn);
            throw wrong().refusal();
        }
        Optional<T> result = secondFactor.check(turn, challenge.mailed(),
                () -> challenges.consume(challenge) ? then.apply(account) : Optional.empty());
        return result.orElseThrow(() -> wrong().refusal());
    }

    /// Sends another code, where mails are one of the challenge's methods and none was sent a moment ago that counts.
    ///
    /// @param token of the challenge, as it came
    /// @throws dev.gatehouse.auth.problem.Refusal where there is no such challenge, or neither a code nor a mail at this moment
    public void mailAgain(String token) {
        Challenge challenge = challenges.find(token).filter(found -> found.methods().contains(Method.EMAIL))
                .orElseThrow(() -> expired().refusal());
        challenges.mailAgain(challenge, account(challenge));
    }

    /// {@return what to tell somebody who has to answer}
    ///
    /// @param issued challenge
    public static Problem asking(Challenges.Issued issued) {
        List<String> methods = issued.methods().stream().map(Method::key).toList();
        return Problem.with(ProblemCode.LOGIN_SECOND_FACTOR, "Send one of its codes with the challenge.",
                Map.of("challenge", issued.token(), "methods", methods, "expires_in", issued.lifetime().toSeconds()));
    }

    private Account account(Challenge challenge) {
        return accounts.find(challenge.account()).map(WithPassword::account)
                .filter(known -> !known.locked() && (known.sessionEpoch() == challenge.accountEpoch()))
                .orElseThrow(() -> expired().refusal());
    }

    private static Problem wrong() {
        return Problem.of(ProblemCode.CODE_WRONG, "Give a code that was not used before.");
    }

    private static Problem expired() {
        return Problem.of(ProblemCode.LOGIN_EXPIRED, "Give the password again.");
    }
}
