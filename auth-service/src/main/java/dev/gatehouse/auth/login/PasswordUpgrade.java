package dev.gatehouse.auth.login;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.problem.Refusal;

/// Gives accounts that came with a foreign or an older hash one of our own, once somebody has proven to know the password. One at a
/// time, while nobody waits for it; what does not get its turn does so after the next sign-in. Thread-safe.
@Component
final class PasswordUpgrade implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordUpgrade.class);
    private static final int MOST_WAITING = 100;

    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final MeterRegistry meters;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING), Thread.ofPlatform().name("password-upgrade").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    PasswordUpgrade(Accounts accounts, PasswordHasher hasher, MeterRegistry meters) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.meters = meters;
    }

    /// Returns at once.
    void consider(WithPassword account, Password password) {
        if (hasher.isOutdated(password, account.passwordHash())) {
            thread.execute(() -> upgrade(account, password));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void upgrade(WithPassword account, Password password) {
        try {
            boolean replaced = accounts.replaceHash(account.account().id(), account.passwordHash(), hasher.hash(password));
            meters.counter("gatehouse.password.upgrade", "outcome", replaced ? "done" : "changed_meanwhile").increment();
        } catch (Refusal | DataAccessException notNow) {
            LOG.debug("upgrade of a password hash put off", notNow);
        }
    }
}
