package dev.gatehouse.gateway.authentication;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/// One key at work with one algorithm of JCA. Thread-safe; never waits.
///
/// Asking the providers for a [Signature] and giving it the key takes a good part of the work's own time, so one is kept for whoever comes next. It
/// is of one owner at a time: who finds it taken makes another. It is kept after a success only: what anything else may have left in it goes with it.
public final class KeySignature {

    private final AtomicReference<@Nullable Signature> spare = new AtomicReference<>();
    private final Source source;

    private KeySignature(Source source) {
        this.source = source;
    }

    /// Checks signatures.
    ///
    /// @param algorithm a name of JCA's
    /// @param provider empty: the first of the machine's that takes the key
    public static KeySignature verifying(String algorithm, PublicKey key, Optional<Provider> provider) {
        return new KeySignature(() -> {
            Signature fresh = fresh(algorithm, provider);
            fresh.initVerify(key);
            return fresh;
        });
    }

    /// Makes signatures.
    ///
    /// @param algorithm a name of JCA's
    /// @param provider empty: the first of the machine's that takes the key
    public static KeySignature signing(String algorithm, PrivateKey key, Optional<Provider> provider, SecureRandom random) {
        return new KeySignature(() -> {
            Signature fresh = fresh(algorithm, provider);
            fresh.initSign(key, random);
            return fresh;
        });
    }

    private static Signature fresh(String algorithm, Optional<Provider> provider) throws GeneralSecurityException {
        return provider.isPresent() ? Signature.getInstance(algorithm, provider.get()) : Signature.getInstance(algorithm);
    }

    /// Whether the signature is this key's of the whole input. Providers throw for some signatures that are not.
    public boolean verify(byte[] input, byte[] signature) throws GeneralSecurityException {
        Signature own = take();
        own.update(input);
        boolean good = own.verify(signature);
        if (good) {
            spare.set(own);
        }
        return good;
    }

    /// The signature of the input's first octets, in the algorithm's own form.
    ///
    /// @param length how many octets
    public byte[] sign(byte[] input, int length) throws GeneralSecurityException {
        Signature own = take();
        own.update(input, 0, length);
        byte[] signature = own.sign();
        spare.set(own);
        return signature;
    }

    private Signature take() throws GeneralSecurityException {
        Signature kept = spare.getAndSet(null);
        return kept == null ? source.make() : kept;
    }

    private interface Source {
        Signature make() throws GeneralSecurityException;
    }
}
