package dev.gatehouse.auth.mfa;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.mfa.Method.Given;
import dev.gatehouse.auth.throttle.Codes;
import dev.gatehouse.auth.throttle.Subjects;

/// Checks codes: first whether it is anybody's turn ([#begin]), then the code, together with what it is shown for ([#check]). Blocks;
/// thread-safe, also across instances.
@Component
public final class SecondFactor {

    private final FactorStore store;
    private final Authenticator authenticator;
    private final RecoveryCodes recoveryCodes;
    private final MailCodes mailCodes;
    private final Codes codes;
    private final Subjects subjects;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;

    SecondFactor(FactorStore store, Authenticator authenticator, RecoveryCodes recoveryCodes, MailCodes mailCodes,
            Codes codes,
            Subjects subjects, Events events, Mails mails, TransactionTemplate transactions) {
        this.store = store;
        this.authenticator = authenticator;
        this.recoveryCodes = recoveryCodes;
        this.mailCodes = mailCodes;
        this.codes = codes;
        this.subjects = subjects;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
    }

    /// {@return what the account has}
    ///
    /// @param account which
    public Enrolled enrolled(UUID account) {
        return store.enrolled(account);
    }

    /// {@return whether a code may be tried now; it is counted. A recovery code always may: nobody guesses 80 bits, and somebody must
    /// be able to get in while others guess}
    ///
    /// @param account whose
    /// @param given a code
    /// @param deviceCookie what the device showed to prove that its owner was here before
    public Turn begin(Account account, Given given, Optional<String> deviceCookie) {
        if (given.method() == Method.RECOVERY_CODE) {
            return new Turn.Yours(account, given, Optional.empty());
        }
        return switch (codes.begin(subjects.of(account.id()), account.deviceOwner(), deviceCookie)) {
            case Codes.Turn.Granted granted -> new Turn.Yours(account, given, Optional.of(granted));
            case Codes.Turn.Later(Duration retryAfter) -> new Turn.Later(retryAfter);
        };
    }

    /// {@return what came of it where the code was right; empty where it was wrong or nothing came of it, and then a right one is not used up}
    ///
    /// @param turn that was granted
    /// @param mailed which mail's code it has to be, if it is one; the newest where that is empty
    /// @param then what it is shown for, in the same transaction
    /// @param <T> what comes of it
    public <T> Optional<T> check(Turn.Yours turn, Optional<UUID> mailed, Supplier<Optional<T>> then) {
        Checked<T> checked = transactions.execute(transaction -> {
            // Before what belongs to it, as all do who change accounts; else two who hold a part each wait for each other.
            if (!store.lockAccount(turn.account().id()) || !accept(turn.account(), turn.given(), mailed)) {
                return new Checked<>(false, Optional.empty());
            }
            Optional<T> result = then.get();
            if (result.isEmpty()) {
                transaction.setRollbackOnly();
            }
            return new Checked<>(true, result);
        });
        if (checked.right()) {
            turn.counted().ifPresent(codes::accepted);
        } else {
            refuse(turn);
        }
        return checked.result();
    }

    private boolean accept(Account account, Given given, Optional<UUID> mailed) {
        return switch (given.method()) {
            case TOTP -> authenticator.accept(account.id(), given.code());
            case RECOVERY_CODE -> recoveryCodes.use(account, given.code());
            case EMAIL -> mailCodes.accept(account, mailed, given.code());
        };
    }

    /// Notes that a code is not taken, because it is wrong or none of what could be shown here. Whoever shows such codes knows the password: its
    /// owner is told of the tenth, whatever it was.
    ///
    /// @param turn that was granted
    public void refuse(Turn.Yours turn) {
        boolean alarming = turn.counted().filter(Codes.Turn.Granted::alarming).isPresent();
        transactions.executeWithoutResult(_ -> {
            events.append(Event.about(EventType.USER_LOGIN_FAILED, turn.account().id()).with("reason", "wrong_code")
                    .with("method", turn.given().method().key()));
            if (alarming) {
                mails.enqueue(Mail.of(MailKind.CODES_GUESSED, turn.account().recipient()));
            }
        });
    }

    private record Checked<T>(boolean right, Optional<T> result) {}

    /// Whether a code may be tried.
    public sealed interface Turn {

        /// It may.
        ///
        /// @param account whose
        /// @param given the code
        /// @param counted under what it is counted, if at all
        record Yours(Account account, Given given, Optional<Codes.Turn.Granted> counted) implements Turn {}

        /// Not now.
        ///
        /// @param retryAfter when
        record Later(Duration retryAfter) implements Turn {}
    }
}
