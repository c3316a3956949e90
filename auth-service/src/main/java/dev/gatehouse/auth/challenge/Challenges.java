package dev.gatehouse.auth.challenge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.mfa.MailCodes;
import dev.gatehouse.auth.mfa.Method;

/// Issues challenges and finds them again, by 256 random bits of which only the hash is stored. Five minutes, five tries, one success.
/// Blocks on the database; thread-safe, also across instances.
@Component
public final class Challenges {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int TOKEN_LENGTH = 32;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final ChallengeStore store;
    private final MailCodes mailCodes;
    private final Ids ids;
    private final SecureRandom random;

    Challenges(ChallengeStore store, MailCodes mailCodes, Ids ids, SecureRandom random) {
        this.store = store;
        this.mailCodes = mailCodes;
        this.ids = ids;
        this.random = random;
    }

    /// {@return a new challenge; where a mailed code is one of the methods, it is on its way}
    ///
    /// @param account whose password was right
    /// @param session that the answer is to raise; empty: it opens one
    /// @param methods with any of which it may be answered
    public Issued issue(Account account, Optional<UUID> session, List<Method> methods) {
        byte[] bytes = new byte[TOKEN_LENGTH];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Optional<UUID> mailed = methods.contains(Method.EMAIL) ? mailCodes.send(account) : Optional.empty();
        store.insert(new Challenge(ids.next(), account.id(), account.sessionEpoch(), session, methods, mailed), sha256(token),
                LIFETIME);
        return new Issued(token, methods, LIFETIME);
    }

    /// {@return the challenge, where it may still be answered}
    ///
    /// @param token as it came
    public Optional<Challenge> find(String token) {
        return TOKEN.matcher(token).matches() ? store.find(sha256(token)) : Optional.empty();
    }

    /// Sends another code for it, unless one was sent a moment ago that counts.
    ///
    /// @param challenge which
    /// @param account whose it is
    /// @throws dev.gatehouse.auth.problem.Refusal with 429 where that one is used up, too
    public void mailAgain(Challenge challenge, Account account) {
        mailCodes.sendAgain(account).ifPresent(proof -> store.mailed(challenge.id(), proof));
    }

    /// Makes the challenges of an account worthless: the password they stand for is not its password any more.
    ///
    /// @param account whose
    public void endAll(UUID account) {
        store.deleteAll(account);
    }

    boolean tryOnce(Challenge challenge) {
        return store.tryOnce(challenge.id());
    }

    boolean consume(Challenge challenge) {
        return store.delete(challenge.id());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /// A challenge for whoever gave the password. `toString()` hides it.
    ///
    /// @param token by which it is found again
    /// @param methods with any of which it may be answered
    /// @param lifetime how long
    public record Issued(String token, List<Method> methods, Duration lifetime) {

        @Override
        public String toString() {
            return "Issued" + methods;
        }
    }
}
