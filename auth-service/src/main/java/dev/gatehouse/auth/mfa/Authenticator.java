package dev.gatehouse.auth.mfa;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.totp.Totp;

/// The authenticator apps of accounts. A code counts once, and none before it counts after it, on whatever instance. Blocks on the
/// database; thread-safe.
@Component
final class Authenticator {

    /// How long somebody may take to show the first code.
    static final Duration ENROLMENT = Duration.ofMinutes(15);

    private final FactorStore store;
    private final Sealer sealer;
    private final SecureRandom random;
    private final Ids ids;
    private final Clock clock;

    Authenticator(FactorStore store, Sealer sealer, SecureRandom random, Ids ids, Clock clock) {
        this.store = store;
        this.sealer = sealer;
        this.random = random;
        this.ids = ids;
        this.clock = clock;
    }

    /// {@return a secret that counts for nothing until the session has shown a code of it}
    Totp begin(UUID account, UUID session) {
        Totp totp = Totp.random(random);
        UUID id = ids.next();
        store.begin(account, session, new FactorStore.Sealed(id, sealer.seal(totp.secret(), purpose(id))), ENROLMENT);
        return totp;
    }

    /// {@return the app that the session has begun with, where this is one of its codes}
    Optional<Shown> shown(UUID account, UUID session, String code) {
        return store.tryEnrolment(account, session).flatMap(sealed -> {
            OptionalLong step = step(sealed, code);
            return step.isPresent() ? Optional.of(new Shown(sealed, step.getAsLong())) : Optional.empty();
        });
    }

    /// {@return whether it is the account's app now; its first code is used up}
    boolean enrol(UUID account, Shown shown) {
        return store.enrol(account, shown.secret(), shown.step());
    }

    /// {@return whether it is a code of the account's app that nobody has shown before}
    boolean accept(UUID account, String code) {
        return store.totp(account).filter(sealed -> {
            OptionalLong step = step(sealed, code);
            return step.isPresent() && store.advance(account, sealed.id(), step.getAsLong());
        }).isPresent();
    }

    private OptionalLong step(FactorStore.Sealed sealed, String code) {
        Totp totp = sealer.open(sealed.bytes(), purpose(sealed.id())).map(Totp::of)
                .orElseThrow(() -> new IllegalStateException("the secret of app " + sealed.id() + " does not open"));
        return totp.step(code, clock.instant());
    }

    private static String purpose(UUID id) {
        return "totp:" + id;
    }

    /// An app that has shown a code.
    ///
    /// @param secret of it
    /// @param step of the code
    record Shown(FactorStore.Sealed secret, long step) {}
}
