package dev.gatehouse.auth.session;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.keys.Sealer;
import dev.gatehouse.auth.revocation.RevocationFeed;

/// Opens, finds and ends sessions. What ends here is refused by every gateway within a second. Blocks; thread-safe.
@Component
public final class Sessions {

    private static final int KEY_LENGTH = 32;
    private static final int MOST = 100; // living sessions of one account; beyond, the least recently used end

    private final SessionStore store;
    private final RevocationFeed feed;
    private final Sealer sealer;
    private final Ids ids;
    private final SecureRandom random;

    Sessions(SessionStore store, RevocationFeed feed, Sealer sealer, Ids ids, SecureRandom random) {
        this.store = store;
        this.feed = feed;
        this.sealer = sealer;
        this.ids = ids;
        this.random = random;
    }

    /// {@return a new session and its first refresh token}
    ///
    /// @param account that signed in
    /// @param device from which
    public Opened open(Account account, Device device) {
        UUID id = ids.next();
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        Session session = store.insert(id, account, sealer.seal(key, purpose(id)), device, Session.Lifetime.of(account));
        if (store.endBeyond(account.id(), MOST) > 0) {
            feed.wake();
        }
        return new Opened(session, RefreshToken.mint(id, 0, key));
    }

    /// {@return the session, where it lives}
    ///
    /// @param id `sid` of a token
    /// @param accountId `sub` of the same token
    public Optional<Session> findLiving(UUID id, UUID accountId) {
        return store.findLiving(id, accountId);
    }

    /// {@return the living sessions, the last used first}
    ///
    /// @param accountId whose
    public List<Session> living(UUID accountId) {
        return store.living(accountId, MOST);
    }

    /// {@return whether it lived until now}
    ///
    /// @param id which
    /// @param reason why
    public boolean end(UUID id, EndReason reason) {
        boolean ended = store.end(id, reason);
        feed.wake();
        return ended;
    }

    /// Ends every session of an account.
    ///
    /// @param accountId whose
    /// @param reason why
    public void endAll(UUID accountId, EndReason reason) {
        store.endAll(accountId, reason);
        feed.wake();
    }

    static String purpose(UUID sessionId) {
        return "session:" + sessionId;
    }

    /// A session at its beginning.
    ///
    /// @param session just opened
    /// @param refreshToken its first
    public record Opened(Session session, RefreshToken refreshToken) {}
}
