package dev.gatehouse.auth.password;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.password.format.Argon2Hash;
import dev.gatehouse.auth.password.format.HashMemory;
import dev.gatehouse.auth.password.format.StoredHash;

/// Hashes and verifies passwords. Blocks while it computes; every call costs one hash, whatever the outcome. Thread-safe.
@Component
public final class PasswordHasher {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordHasher.class);
    private static final int HASH_LENGTH = 32;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private final HashingThreads threads;
    private final SecureRandom random;
    private final Argon2Hash nobody;

    PasswordHasher(HashingThreads threads, SecureRandom random) {
        this.threads = threads;
        this.random = random;
        this.nobody = Argon2Hash.current(bytes(Argon2Hash.SALT_LENGTH), bytes(HASH_LENGTH));
    }

    /// {@return a PHC string to store}
    ///
    /// @param password a new one
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too many hashes wait
    public String hash(Password password) {
        byte[] salt = bytes(Argon2Hash.SALT_LENGTH);
        return threads.call(memory -> Argon2Hash.create(password.utf8(), salt, memory)).phc();
    }

    /// {@return whether the password is the account's}
    ///
    /// @param password what somebody claims
    /// @param stored hash of the account in any format of [StoredHash], or empty where there is no such account: the work is then that
    ///        of one of our own hashes. A hash that cannot be used is logged with the reason and matches nothing
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too many hashes wait
    public boolean matches(Password password, Optional<String> stored) {
        return compare(password, stored).same();
    }

    /// {@return the same, and what it cost}
    ///
    /// @param password as for [#matches]
    /// @param stored as for [#matches]
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too many hashes wait
    public Comparison compare(Password password, Optional<String> stored) {
        Optional<StoredHash> usable = stored.flatMap(PasswordHasher::usable);
        StoredHash expected = usable.orElse(nobody);
        return threads.call(memory -> {
            long begun = CPU.getCurrentThreadCpuTime(); // what waits, before it or within, is no property of the hash
            boolean same = matches(expected, password, memory) && usable.isPresent();
            Duration work = Duration.ofNanos(CPU.getCurrentThreadCpuTime() - begun);
            return new Comparison(same, isCurrent(expected) ? Optional.empty() : Optional.of(work));
        });
    }

    /// {@return whether a new hash of the password should take the place of the stored one}
    ///
    /// Never where the old one did not look at the whole password: what was not compared is not to become part of it.
    ///
    /// @param password that matched
    /// @param stored what it matched
    public boolean isOutdated(Password password, String stored) {
        return usable(stored).filter(hash -> !isCurrent(hash))
                .filter(hash -> password.utf8().length <= hash.compares()).isPresent();
    }

    /// {@return what an unknown user is checked against: costs and sizes of a real hash, which no password meets}
    Argon2Hash nobody() {
        return nobody;
    }

    /// Hashes once in the background, so that the first person to sign in does not wait for the compiler.
    @EventListener(ApplicationReadyEvent.class)
    void warmUp() {
        Thread.ofVirtual().name("warm-up").start(() -> matches(Password.claimed("warm-up"), Optional.empty()));
    }

    private static boolean isCurrent(StoredHash hash) {
        return hash instanceof Argon2Hash argon2 && argon2.isCurrent();
    }

    /// A hash within our bounds may still be one that the library of its format refuses to compute: nobody's password then, as one that cannot be read.
    private boolean matches(StoredHash expected, Password password, HashMemory memory) {
        try {
            return expected.matches(password.utf8(), memory);
        } catch (IllegalArgumentException refused) {
            LOG.warn("a stored password cannot be verified: {} is refused", expected);
            nobody.matches(password.utf8(), memory);
            return false;
        }
    }

    private static Optional<StoredHash> usable(String stored) {
        try {
            return Optional.of(StoredHash.read(stored));
        } catch (IllegalArgumentException refused) {
            LOG.warn("a stored password cannot be verified: {}", refused.getMessage());
            return Optional.empty();
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// What came of a password.
    ///
    /// @param same whether it is the account's
    /// @param foreignWork time of a processor that the comparison took, where the stored hash is none of ours: those of different accounts cost differently
    public record Comparison(boolean same, Optional<Duration> foreignWork) {}
}
