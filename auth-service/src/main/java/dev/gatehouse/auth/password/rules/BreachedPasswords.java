package dev.gatehouse.auth.password.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.database.StartRefused;
import dev.gatehouse.auth.settings.Settings;

/// The operator's list of stolen passwords, where there is one. Looking one up reads one page of a file. Thread-safe.
@Component
final class BreachedPasswords implements AutoCloseable {

    private final Optional<BreachedFilter> filter;

    BreachedPasswords(Settings settings) {
        this.filter = settings.passwords().breached().map(BreachedPasswords::open);
    }

    boolean contain(String password) {
        return filter.isPresent() && filter.get().contains(sha1(password));
    }

    @Override
    public void close() {
        filter.ifPresent(BreachedFilter::close);
    }

    static byte[] sha1(String password) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-1", missing);
        }
    }

    private static BreachedFilter open(Path file) {
        try {
            return BreachedFilter.open(file);
        } catch (IOException unusable) {
            throw new StartRefused(
                    "GATEHOUSE_BREACHED_PASSWORDS: is not a filter (expected: a file made by passwords build-filter)");
        }
    }
}
