package dev.gatehouse.auth.session;

import java.util.Optional;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.session.RefreshResult.Outcome;
import dev.gatehouse.auth.session.RefreshResult.Reason;
import dev.gatehouse.auth.session.RefreshResult.Refused;
import dev.gatehouse.auth.session.RefreshResult.Renewed;
import dev.gatehouse.auth.settings.Settings;

/// Rotates refresh tokens. A rotation is one compare-and-set in the database; whoever comes second is told the same new token
/// while the grace lasts, and after it loses the session. Blocks; thread-safe, also across instances.
@Component
public final class Refreshing {

    private static final int ATTEMPTS = 3;

    private final SessionStore store;
    private final Sessions sessions;
    private final Sealer sealer;
    private final Settings settings;
    private final Mails mails;
    private final TransactionTemplate transactions;

    Refreshing(SessionStore store, Sessions sessions, Sealer sealer, Settings settings, Mails mails,
            TransactionTemplate transactions) {
        this.store = store;
        this.sessions = sessions;
        this.sealer = sealer;
        this.settings = settings;
        this.mails = mails;
        this.transactions = transactions;
    }

    /// {@return which, or why none}
    ///
    /// @param request for new tokens
    public RefreshResult refresh(RefreshRequest request) {
        Optional<RefreshToken> token = RefreshToken.parse(request.refreshToken());
        return token.isEmpty() ? new Refused(Reason.INVALID) : refresh(request, token.get());
    }

    /// {@return the session it belongs to, where that lives}
    ///
    /// @param refreshToken any genuine one of the session, however old
    public Optional<Session> sessionOf(String refreshToken) {
        return RefreshToken.parse(refreshToken)
                .flatMap(token -> store.find(token.sessionId())
                        .filter(row -> token.isGenuine(key(row)))
                        .filter(SessionStore.Row::lives))
                .map(SessionStore.Row::session);
    }

    private RefreshResult refresh(RefreshRequest request, RefreshToken token) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<SessionStore.Row> found = store.find(token.sessionId());
            if (found.isEmpty()) {
                return new Refused(Reason.INVALID);
            }
            SessionStore.Row row = found.get();
            byte[] key = key(row);
            if (!token.isGenuine(key)) {
                return new Refused(Reason.INVALID);
            }
            Standing standing = Standing.of(row.lineage(), token.counter(), request.holderProven(),
                    settings.refreshGrace());
            boolean ownClient = row.session().clientId().equals(request.clientId());
            if (!ownClient && standing != Standing.REUSED) {
                return new Refused(Reason.INVALID);
            }
            if (standing != Standing.CURRENT) {
                return answer(standing, row, key);
            }
            if (store.advance(token.sessionId(), token.counter(), Session.Lifetime.of(row.session().account()))) {
                return renewed(row, token.counter() + 1, key, Outcome.ROTATED);
            }
            // Somebody else was faster: the next reading says what our token is worth now.
        }
        return new Refused(Reason.REVOKED);
    }

    private RefreshResult answer(Standing standing, SessionStore.Row row, byte[] key) {
        return switch (standing) {
            case LOST_RESPONSE -> renewed(row, row.lineage().counter(), key, Outcome.LOST_RESPONSE);
            case CONCURRENT -> renewed(row, row.lineage().counter(), key, Outcome.CONCURRENT);
            case REUSED -> endForReuse(row);
            case UNKNOWN -> new Refused(Reason.INVALID);
            case REVOKED -> new Refused(Reason.REVOKED);
            case EXPIRED -> new Refused(Reason.EXPIRED);
            case CURRENT -> throw new IllegalStateException("a current token is rotated, not answered");
        };
    }

    private RefreshResult endForReuse(SessionStore.Row row) {
        boolean ended = transactions.execute(_ -> {
            boolean livedUntilNow = sessions.end(row.session().id(), EndReason.REUSE);
            if (livedUntilNow) {
                mails.enqueue(Mail.of(MailKind.REFRESH_REUSE, row.session().account().recipient()));
            }
            return livedUntilNow;
        });
        return new Refused(ended ? Reason.REUSED : Reason.REVOKED);
    }

    private static Renewed renewed(SessionStore.Row row, long counter, byte[] key, Outcome outcome) {
        return new Renewed(row.session(), RefreshToken.mint(row.session().id(), counter, key), outcome);
    }

    private byte[] key(SessionStore.Row row) {
        return sealer.open(row.sealedKey(), Sessions.purpose(row.session().id()))
                .orElseThrow(() -> new IllegalStateException("the key of session " + row.session().id() + " does not open"));
    }
}
