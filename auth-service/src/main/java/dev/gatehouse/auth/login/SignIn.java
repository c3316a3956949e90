package dev.gatehouse.auth.login;

import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Quotas;

/// What happens once somebody has proven who they are: a session, and a mail to the owner where the device was not seen before. The
/// device of the first sign-in is new to nobody. Takes part in the caller's transaction where there is one. Blocks; thread-safe.
@Component
final class SignIn {

    private final Accounts accounts;
    private final Sessions sessions;
    private final DeviceCookies devices;
    private final Quotas quotas;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;
    private final Ids ids;

    SignIn(Accounts accounts, Sessions sessions, DeviceCookies devices, Quotas quotas, Events events, Mails mails,
            TransactionTemplate transactions, Ids ids) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.devices = devices;
        this.quotas = quotas;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
        this.ids = ids;
    }

    /// {@return a new session}
    ///
    /// @param account of whoever signs in
    /// @param device from which
    /// @param deviceCookie what it showed to prove that its owner was here before
    /// @param assurance how they proved who they are
    Sessions.Opened open(Account account, Device device, Optional<String> deviceCookie, Session.Assurance assurance) {
        Optional<UUID> known = devices.lasting(deviceCookie, account.deviceOwner());
        return transactions.execute(_ -> {
            // Ahead of the lock that a session takes: two first sign-ins at the same moment would wait for each other.
            boolean first = !account.signedInBefore() && accounts.firstSignIn(account.id());
            Sessions.Opened opened = sessions.open(account, device, known.orElseGet(ids::next), assurance);
            events.append(Event.about(EventType.USER_LOGIN_SUCCEEDED, account.id()).in(opened.session().id())
                    .with("method", assurance.name().toLowerCase(java.util.Locale.ROOT)));
            if (!first && known.isEmpty() && quotas.mayMail("device:" + account.id())) {
                mails.enqueue(Mail.of(MailKind.NEW_DEVICE, account.recipient()));
            }
            return opened;
        });
    }
}
