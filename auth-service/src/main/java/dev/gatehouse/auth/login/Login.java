package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.mfa.Method;
import dev.gatehouse.auth.mfa.SecondFactor;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.Throttle;
import dev.gatehouse.auth.throttle.Verdict;
import dev.gatehouse.auth.timing.FailureFloor;

/// Signs people in with a password. An unknown user, a wrong password and an account that strangers may not try any more cost the same
/// queries and the same hash and take the same time. Holds no database connection while it waits or hashes. Blocks; thread-safe.
@Component
final class Login {

    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final SignIn signIn;
    private final SecondFactor secondFactor;
    private final Challenges challenges;
    private final Throttle throttle;
    private final Subjects subjects;
    private final FailureFloor floor;
    private final PasswordUpgrade upgrade;
    private final MeterRegistry meters;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;

    Login(Accounts accounts, PasswordHasher hasher, SignIn signIn, SecondFactor secondFactor,
            Challenges challenges, Throttle throttle, Subjects subjects, FailureFloor floor,
            PasswordUpgrade upgrade, MeterRegistry meters, Events events, Mails mails, TransactionTemplate transactions) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.signIn = signIn;
        this.secondFactor = secondFactor;
        this.challenges = challenges;
        this.throttle = throttle;
        this.subjects = subjects;
        this.floor = floor;
        this.upgrade = upgrade;
        this.meters = meters;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
    }

    /// {@return what came of it}
    ///
    /// @param deviceCookie what the device showed to prove that its owner was here before
    LoginResult attempt(String login, Password password, Device device, Optional<String> deviceCookie) {
        long since = floor.now(); // before the first look, which takes longer where there is an account
        Optional<WithPassword> account = accounts.findByLogin(login);
        Optional<UUID> id = account.map(known -> known.account().id());
        Verdict verdict = throttle.begin(subjects.of(id, login), subjects.typed(login),
                account.map(known -> known.account().deviceOwner()), device.address(), deviceCookie);
        long worked = since + verdict.waited().toNanos();
        try {
            return timed(switch (verdict) {
                case Verdict.Proceed proceed ->
                    tried(asItIsNow(login, account, proceed), password, device, deviceCookie, proceed);
                case Verdict.Hopeless(var ticket, _) -> hopeless(account, password, ticket);
                case Verdict.Later(var retryAfter) -> new LoginResult.Later(retryAfter);
            }, worked);
        } catch (Refusal busy) {
            floor.padBriefly(worked);
            throw busy;
        }
    }

    private Optional<WithPassword> asItIsNow(String login, Optional<WithPassword> before, Verdict.Proceed proceed) {
        return proceed.waited().isZero() ? before : throttle.look(proceed.ticket(), () -> accounts.findByLogin(login));
    }

    private LoginResult tried(Optional<WithPassword> account, Password password, Device device, Optional<String> deviceCookie,
            Verdict.Proceed proceed) {
        if (!matches(account, password, proceed.ticket())) {
            throttle.failed(proceed.ticket());
            return failed(account, reason(account), proceed.alarming() ? Optional.of(proceed.ticket()) : Optional.empty());
        }
        upgrade.consider(account.orElseThrow(), password);
        Account known = account.orElseThrow().account();
        List<Method> methods = needed(known, proceed.suspect());
        if (!methods.isEmpty()) {
            throttle.withdrawn(proceed.ticket());
            return new LoginResult.SecondFactorNeeded(challenges.issue(known, Optional.empty(), methods));
        }
        throttle.succeeded(proceed.ticket());
        return new LoginResult.SignedIn(signIn.open(known, device, deviceCookie, Session.Assurance.PASSWORD));
    }

    /// After many failures a stranger's password alone is not enough: the one that was right may have been guessed.
    private List<Method> needed(Account account, boolean suspect) {
        List<Method> methods = secondFactor.enrolled(account.id()).methods();
        return methods.isEmpty() && suspect && account.emailVerified() ? List.of(Method.EMAIL) : methods;
    }

    private boolean matches(Optional<WithPassword> account, Password password, Verdict.Ticket ticket) {
        PasswordHasher.Comparison compared = throttle.look(ticket,
                () -> hasher.compare(password, account.map(WithPassword::passwordHash)));
        compared.foreignWork().ifPresent(floor::compared);
        return compared.same() && !isLocked(account);
    }

    private static boolean isLocked(Optional<WithPassword> account) {
        return account.isPresent() && account.get().account().locked();
    }

    private static String reason(Optional<WithPassword> account) {
        if (account.isEmpty()) {
            return "unknown_user";
        }
        return isLocked(account) ? "locked_by_admin" : "wrong_password";
    }

    private LoginResult hopeless(Optional<WithPassword> account, Password password, Verdict.Ticket ticket) {
        hasher.matches(password, Optional.empty());
        throttle.failed(ticket);
        return failed(account, "locked", Optional.empty());
    }

    private LoginResult failed(Optional<WithPassword> account, String reason, Optional<Verdict.Ticket> alarming) {
        Event failure = account.map(known -> Event.about(EventType.USER_LOGIN_FAILED, known.account().id()))
                .orElseGet(() -> Event.of(EventType.USER_LOGIN_FAILED));
        transactions.executeWithoutResult(_ -> {
            events.append(failure.with("reason", reason));
            account.ifPresent(known -> alarming.ifPresent(ticket -> tellOwner(known.account(), ticket)));
        });
        return new LoginResult.Failed();
    }

    /// Once for each row of failures: a mail for each would be an attack too.
    private void tellOwner(Account account, Verdict.Ticket ticket) {
        Event event = Event.about(EventType.USER_LOCKED_UNTRUSTED, account.id());
        events.append(ticket.ofKnownDevice() ? event.with("reason", "known_device") : event);
        mails.enqueue(Mail.of(MailKind.LOCKED, account.recipient()));
    }

    private LoginResult timed(LoginResult result, long since) {
        meters.counter("gatehouse.login", "outcome", result.outcome()).increment();
        switch (result) {
            case LoginResult.SignedIn _ -> floor.succeeded(since);
            case LoginResult.Failed() -> floor.pad(since);
            case LoginResult.Later _ -> floor.padBriefly(since);
            case LoginResult.SecondFactorNeeded _ -> {
            }
        }
        return result;
    }
}
