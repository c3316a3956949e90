package dev.gatehouse.auth.keys;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.database.AfterMigration;
import dev.gatehouse.auth.database.StartRefused;

/// The keys that sign access tokens. The first start makes one; every start opens those in the database and refuses to go on
/// where the key-encryption key does not fit them. Thread-safe; does no I/O after the start.
@Component
public final class SigningKeys implements AfterMigration {

    private final SigningKeyStore store;
    private final Sealer sealer;
    private volatile @Nullable Ring ring;

    SigningKeys(SigningKeyStore store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    @Override
    public void afterMigration() {
        List<ECKey> keys = store.loadOrCreate(this::create).stream().map(this::open).toList();
        ring = new Ring(keys.getFirst(), new JWKSet(List.copyOf(keys)));
    }

    /// {@return the key that signs now}
    ///
    /// @throws org.springframework.dao.DataAccessException while the database was not reached since the start
    public ECKey active() {
        return ring().active();
    }

    /// {@return the key of that name}
    ///
    /// @param kid as a token's header names it
    public Optional<ECKey> find(String kid) {
        return Optional.ofNullable(ring().all().getKeyByKeyId(kid)).map(key -> key.toECKey());
    }

    /// {@return the public halves, to be published}
    public JWKSet published() {
        return ring().all().toPublicJWKSet();
    }

    private Ring ring() {
        Ring loaded = ring;
        if (loaded == null) {
            throw new DataAccessResourceFailureException("signing keys are not loaded yet");
        }
        return loaded;
    }

    private StoredKey create() {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).algorithm(JWSAlgorithm.ES256).keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true).generate();
            byte[] plain = key.toJSONString().getBytes(StandardCharsets.UTF_8);
            return new StoredKey(key.getKeyID(), JWSAlgorithm.ES256.getName(), key.toPublicJWK().toJSONString(),
                    sealer.seal(plain, purpose(key.getKeyID())));
        } catch (JOSEException broken) {
            throw new IllegalStateException("cannot make an ES256 key", broken);
        }
    }

    private ECKey open(StoredKey stored) {
        byte[] plain = sealer.open(stored.sealed(), purpose(stored.kid()))
                .orElseThrow(() -> new StartRefused("GATEHOUSE_KEK: does not open the signing keys in the database"
                        + " (expected: the key with which they were sealed)"));
        try {
            return ECKey.parse(new String(plain, StandardCharsets.UTF_8));
        } catch (ParseException broken) {
            throw new IllegalStateException("signing key " + stored.kid() + " is not a JWK", broken);
        }
    }

    private static String purpose(String kid) {
        return "signing-key:" + kid;
    }

    private record Ring(ECKey active, JWKSet all) {}
}
