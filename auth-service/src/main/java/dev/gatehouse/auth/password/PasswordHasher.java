package dev.gatehouse.auth.password;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Hashes and verifies passwords. Blocks while it computes; every call costs one hash, whatever the outcome. Thread-safe.
@Component
public final class PasswordHasher {

    private final HashingThreads threads;
    private final SecureRandom random;
    private final PasswordHash nobody;

    PasswordHasher(HashingThreads threads, SecureRandom random) {
        this.threads = threads;
        this.random = random;
        this.nobody = new PasswordHash(Argon2.MEMORY, Argon2.PASSES, Argon2.LANES, bytes(Argon2.SALT_LENGTH),
                bytes(Argon2.HASH_LENGTH));
    }

    /// {@return a PHC string to store}
    ///
    /// @param password a new one
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too many hashes wait
    public String hash(Password password) {
        byte[] salt = bytes(Argon2.SALT_LENGTH);
        return threads.call(argon2 -> argon2.hash(password, salt)).phc();
    }

    /// {@return whether the password is the account's}
    ///
    /// @param password what somebody claims
    /// @param stored PHC string of the account, or empty where there is no such account: the work is then the same
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too many hashes wait
    public boolean matches(Password password, Optional<String> stored) {
        PasswordHash expected = stored.map(PasswordHash::parse).orElse(nobody);
        byte[] actual = threads.call(argon2 -> argon2.run(password, expected));
        return MessageDigest.isEqual(expected.hash(), actual) && stored.isPresent();
    }

    /// {@return what an unknown user is checked against: costs and sizes of a real hash, which no password meets}
    PasswordHash nobody() {
        return nobody;
    }

    /// Hashes once in the background, so that the first person to sign in does not wait for the compiler.
    @EventListener(ApplicationReadyEvent.class)
    void warmUp() {
        Thread.ofVirtual().name("warm-up").start(() -> matches(Password.claimed("warm-up"), Optional.empty()));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
