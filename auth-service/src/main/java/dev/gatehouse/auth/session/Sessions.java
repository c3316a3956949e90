package dev.gatehouse.auth.session;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.database.AfterCommit;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.revocation.RevocationFeed;
import dev.gatehouse.auth.sealing.Sealer;

/// Opens, finds and ends sessions, and tells of it. What ends here is refused by every gateway within a second. Takes part in the
/// caller's transaction where there is one. Blocks; thread-safe.
@Component
public final class Sessions {

    private static final int KEY_LENGTH = 32;
    private static final int MOST = 100; // living sessions of one account; beyond, the least recently used end

    private final SessionStore store;
    private final RevocationFeed feed;
    private final Sealer sealer;
    private final Ids ids;
    private final SecureRandom random;
    private final Events events;
    private final TransactionTemplate transactions;

    Sessions(SessionStore store, RevocationFeed feed, Sealer sealer, Ids ids, SecureRandom random, Events events,
            TransactionTemplate transactions) {
        this.store = store;
        this.feed = feed;
        this.sealer = sealer;
        this.ids = ids;
        this.random = random;
        this.events = events;
        this.transactions = transactions;
    }

    /// {@return a new session and its first refresh token}
    ///
    /// @param account that signed in
    /// @param device from which
    /// @param deviceId by which the device is known again
    /// @param assurance how they proved who they are
    /// @throws dev.gatehouse.auth.problem.Refusal where the account was locked or got another password or factor meanwhile: the answer to a wrong password
    public Opened open(Account account, Device device, UUID deviceId, Session.Assurance assurance) {
        UUID id = ids.next();
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        byte[] sealed = sealer.seal(key, purpose(id));
        Session session = transactions.execute(_ -> {
            SessionStore.Fresh fresh = store.insert(id, account, sealed, device, deviceId, assurance)
                    .orElseThrow(() -> Problem.of(ProblemCode.LOGIN_FAILED, "Check both and try again.").refusal());
            events.append(Event.about(EventType.SESSION_CREATED, account.id()).in(id));
            if (fresh.others() >= MOST) {
                tell(store.endBeyond(account.id(), MOST), EndReason.TOO_MANY);
            }
            return fresh.session();
        });
        return new Opened(session, RefreshToken.mint(id, 0, key), deviceId);
    }

    /// {@return the session, where it lives}
    ///
    /// @param id `sid` of a token
    /// @param accountId `sub` of the same token
    public Optional<Session> findLiving(UUID id, UUID accountId) {
        return store.findLiving(id, accountId);
    }

    /// {@return the session as it is now; its account stays so until the calling transaction ends}
    ///
    /// @param session of whoever asks for something that must not come after somebody else has ended it
    /// @throws dev.gatehouse.auth.problem.Refusal where it does not live any more
    public Session claim(Session session) {
        return store.claim(session.id(), session.account().id())
                .orElseThrow(() -> Problem.of(ProblemCode.AUTH_REVOKED, "Sign in again.").refusal());
    }

    /// {@return the living sessions, the last used first}
    ///
    /// @param accountId whose
    public List<Session> living(UUID accountId) {
        return store.living(accountId, MOST);
    }

    /// Notes that the owner of a session has proven once more who they are: its next tokens say so.
    ///
    /// @param id which
    /// @param assurance how
    /// @return the session as it is then, where it lives
    public Optional<Session> raise(UUID id, Session.Assurance assurance) {
        return transactions.execute(_ -> {
            Optional<Session> raised = store.raise(id, assurance);
            raised.ifPresent(session -> events
                    .append(Event.about(EventType.SESSION_RAISED, session.account().id()).in(id).because(assurance)));
            return raised;
        });
    }

    /// Names the device of a session.
    ///
    /// @param id which
    /// @param accountId whose it has to be
    /// @param name or nothing, to take it away
    /// @return whether the account has such a living session
    public boolean rename(UUID id, UUID accountId, Optional<String> name) {
        return transactions.execute(_ -> {
            boolean renamed = store.rename(id, accountId, name);
            if (renamed) {
                events.append(Event.about(EventType.SESSION_RENAMED, accountId).in(id));
            }
            return renamed;
        });
    }

    /// {@return whether it lived until now}
    ///
    /// @param id which
    /// @param reason why
    public boolean end(UUID id, EndReason reason) {
        return transactions.execute(_ -> tell(store.end(id, reason), reason));
    }

    /// Ends every session of an account.
    ///
    /// @param accountId whose
    /// @param reason why
    public void endAll(UUID accountId, EndReason reason) {
        transactions.executeWithoutResult(_ -> tell(store.endAll(accountId, reason), reason));
    }

    /// Ends every session of an account but one.
    ///
    /// @param accountId whose
    /// @param kept the one that stays
    /// @param reason why
    public void endOthers(UUID accountId, UUID kept, EndReason reason) {
        transactions.executeWithoutResult(_ -> tell(store.endOthers(accountId, kept, reason), reason));
    }

    /// Ends every session of an account but one, once the account's epoch was raised. Part of the transaction that did so and has claimed the one
    /// ([#claim]).
    ///
    /// @param kept the one that stays
    /// @param epoch the account's now
    /// @param reason why
    public void keepOnly(Session kept, int epoch, EndReason reason) {
        store.follow(kept, epoch);
        tell(store.endOthers(kept.account().id(), kept.id(), reason), reason);
    }

    /// {@return whether there is anything to tell}
    private boolean tell(List<SessionStore.Ended> ended, EndReason reason) {
        for (SessionStore.Ended session : ended) {
            if (reason == EndReason.REUSE) {
                events.append(Event.about(EventType.SESSION_REUSE_DETECTED, session.accountId()).in(session.id()));
            }
            events.append(Event.about(EventType.SESSION_REVOKED, session.accountId()).in(session.id()).because(reason));
        }
        if (!ended.isEmpty()) {
            AfterCommit.run(feed::wake);
        }
        return !ended.isEmpty();
    }

    static String purpose(UUID sessionId) {
        return "session:" + sessionId;
    }

    /// A session at its beginning.
    ///
    /// @param session just opened
    /// @param refreshToken its first
    /// @param deviceId by which its device is known again
    public record Opened(Session session, RefreshToken refreshToken, UUID deviceId) {}
}
