package dev.gatehouse.auth.mfa;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.throttle.Quotas;

/// Codes that are mailed to somebody who has given the right password. One mail a minute and five an hour. Blocks on the database;
/// thread-safe.
@Component
public final class MailCodes {

    private final Proofs proofs;
    private final Mails mails;
    private final Quotas quotas;
    private final TransactionTemplate transactions;

    MailCodes(Proofs proofs, Mails mails, Quotas quotas, TransactionTemplate transactions) {
        this.proofs = proofs;
        this.mails = mails;
        this.quotas = quotas;
        this.transactions = transactions;
    }

    /// {@return which code it is; empty where one was sent a moment ago, which counts then}
    ///
    /// @param account to whose verified address it goes
    public Optional<UUID> send(Account account) {
        return waitOf(account).isEmpty() ? Optional.of(mail(account)) : Optional.empty();
    }

    /// Sends another code to somebody who asks for one.
    ///
    /// @param account to whose verified address it goes
    /// @return which code it is; empty where one was sent a moment ago, which counts then
    /// @throws dev.gatehouse.auth.problem.Refusal with 429 where that one is used up, too
    public Optional<UUID> sendAgain(Account account) {
        Optional<Duration> wait = waitOf(account);
        if (wait.isEmpty()) {
            return Optional.of(mail(account));
        }
        if (!proofs.hasOpenCode(Purpose.SIGN_IN, account.id())) {
            throw Problem.limited(RateLimit.MAIL, "Codes were mailed a moment ago.", wait.get()).refusal();
        }
        return Optional.empty();
    }

    /// Forgets the mails that somebody asked for who had the password, which is another one now.
    ///
    /// @param account whose
    public void forgive(UUID account) {
        quotas.forgetMails(subject(account));
    }

    /// {@return whether it is the code that was mailed to the address the account has now; it is used up}
    ///
    /// @param mailed which one it has to be; the newest where that is empty
    boolean accept(Account account, Optional<UUID> mailed, String code) {
        return mailed.map(id -> proofs.find(Purpose.SIGN_IN, id, code))
                .orElseGet(() -> proofs.findNewest(List.of(Purpose.SIGN_IN), account.id(), code))
                .filter(proof -> proof.account().equals(account.id()) && proof.email().equals(account.email().value()))
                .map(proofs::consume).orElse(false);
    }

    private Optional<Duration> waitOf(Account account) {
        return quotas.nextMail(subject(account.id()));
    }

    private static String subject(UUID account) {
        return "code:" + account;
    }

    private UUID mail(Account account) {
        return transactions.execute(_ -> {
            Proofs.Issued issued = proofs.issue(Purpose.SIGN_IN, account.id(), account.email().value());
            mails.enqueue(Mail.of(MailKind.SIGN_IN_CODE, account.recipient(), issued.forMail()));
            return issued.id();
        });
    }
}
