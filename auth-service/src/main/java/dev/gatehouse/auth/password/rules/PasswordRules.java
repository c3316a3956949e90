package dev.gatehouse.auth.password.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.password.HashingThreads;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.settings.PasswordSettings;
import dev.gatehouse.auth.settings.Settings;

/// Decides whether a password may be chosen; its length was checked before. The estimate takes about a millisecond, at worst some tens,
/// and runs on the bounded hashing threads. Blocks; thread-safe.
@Component
public final class PasswordRules {

    private final boolean composition;
    private final Predicate<String> breached;
    private final HashingThreads threads;

    @Autowired
    PasswordRules(Settings settings, BreachedPasswords breached, HashingThreads threads) {
        this(settings.passwords(), breached::contain, threads);
    }

    PasswordRules(PasswordSettings settings, Predicate<String> breached, HashingThreads threads) {
        this.composition = settings.composition();
        this.breached = breached;
        this.threads = threads;
    }

    /// {@return the rules it breaks; none where it may be chosen}
    ///
    /// @param password wanted
    /// @param names what is known of its owner: username, e-mail address
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where too much waits for the hashing threads
    public List<PasswordRule> broken(Password password, List<String> names) {
        String text = password.reveal();
        List<PasswordRule> broken = new ArrayList<>(composition ? Composition.broken(text) : List.of());
        if (Similarity.isTooGreat(text, names)) {
            broken.add(PasswordRule.SIMILAR);
        }
        threads.call(_ -> broken.addAll(guessable(text, names)));
        if (breached.test(text)) {
            broken.add(PasswordRule.BREACHED);
        }
        return List.copyOf(broken);
    }

    /// Reads the word lists in the background.
    @EventListener(ApplicationReadyEvent.class)
    void warmUp() {
        Thread.ofPlatform().daemon().name("word-lists").start(() -> Guesses.areFew("warm-up", List.of()));
    }

    /// The composition profile does without an estimate: it is there for those who must ask for just what they asked before.
    private List<PasswordRule> guessable(String text, List<String> names) {
        if (Guesses.isCommon(text)) {
            return List.of(PasswordRule.COMMON);
        }
        return !composition && Guesses.areFew(text, names) ? List.of(PasswordRule.GUESSABLE) : List.of();
    }
}
