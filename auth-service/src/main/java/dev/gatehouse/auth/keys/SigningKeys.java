package dev.gatehouse.auth.keys;

import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.database.StartRefused;

/// The keys that sign access tokens, as this instance knows them. Reading them does no I/O and goes on while the database is away;
/// [#reload()] follows what any instance has changed. Thread-safe.
@Component
public final class SigningKeys {

    /// How long an access token is valid.
    public static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);

    private final SigningKeyStore store;
    private final KeyMaker maker;
    private volatile @Nullable Ring ring;

    SigningKeys(SigningKeyStore store, KeyMaker maker) {
        this.store = store;
        this.maker = maker;
    }

    /// Takes over what lies in the database, where that is something else. Blocks on the database.
    ///
    /// @throws StartRefused where the key-encryption keys do not open what is to sign now or next
    public void reload() {
        Ring known = ring;
        String revision = store.revision();
        if (known == null || !known.revision().equals(revision)) {
            ring = opened(revision, store.load());
        }
    }

    /// {@return the key that signs now}
    ///
    /// @throws org.springframework.dao.DataAccessException while the database was not reached since the start
    public SigningKey active() {
        return ring().active();
    }

    /// {@return the published key of that name}
    ///
    /// @param kid as a token's header names it
    public Optional<VerifyingKey> find(String kid) {
        return Optional.ofNullable(ring().verifying().get(kid));
    }

    /// {@return the public halves, to be published}
    public JWKSet published() {
        return ring().published();
    }

    /// {@return the name of the key that will sign next, if there is one}
    Optional<String> nextKid() {
        return ring().next();
    }

    private Ring ring() {
        Ring loaded = ring;
        if (loaded == null) {
            throw new DataAccessResourceFailureException("signing keys are not loaded yet");
        }
        return loaded;
    }

    /// The rows may be later than the revision: then the next look finds another revision and reads them again.
    private Ring opened(String revision, List<KeyRecord> keys) {
        for (KeyRecord key : keys) {
            if (key.state() != KeyRecord.State.RETIRED && !maker.opens(key)) {
                throw new StartRefused("GATEHOUSE_KEK: does not open the signing keys in the database"
                        + " (expected: the key with which they were sealed, here or in GATEHOUSE_KEK_OLD)");
            }
        }
        List<JWK> published = keys.stream().map(SigningKeys::publicHalf).toList();
        Map<String, VerifyingKey> verifying = new HashMap<>();
        published.forEach(key -> verifying.put(key.getKeyID(), VerifyingKey.of(key)));
        return new Ring(revision, maker.open(keys.getFirst()), next(keys), verifying, new JWKSet(published));
    }

    private static Optional<String> next(List<KeyRecord> keys) {
        return keys.stream().filter(key -> key.state() == KeyRecord.State.NEXT).map(KeyRecord::kid).findFirst();
    }

    private static JWK publicHalf(KeyRecord key) {
        try {
            return JWK.parse(key.publicJwk()).toPublicJWK();
        } catch (ParseException broken) {
            throw new IllegalStateException("a signing key is not a JWK", broken);
        }
    }

    private record Ring(String revision, SigningKey active, Optional<String> next, Map<String, VerifyingKey> verifying,
            JWKSet published) {}
}
