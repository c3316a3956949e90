package dev.gatehouse.gateway.authentication.jose;

import java.security.Provider;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;

/// The keys of one issuer that may verify its tokens, as one reading of its JWK Set (RFC 7517 §5) gave them. Immutable.
public final class KeySet {

    /// No keys.
    public static final KeySet NONE = new KeySet("", List.of());

    private final String source;
    private final List<VerificationKey> keys;

    private KeySet(String source, List<VerificationKey> keys) {
        this.source = source;
        this.keys = List.copyOf(keys);
    }

    /// Reads a JWK Set. Keys that cannot or may not be used here are left out; a set without a usable key, or one in which two usable keys
    /// go by the same `kid`, is refused as a whole: better the last good keys than a guess. A key that `previous` holds unchanged stays the
    /// same object.
    public static Reading read(String json, Set<String> algorithms, Optional<Provider> provider, KeySet previous) {
        if (!previous.isEmpty() && json.equals(previous.source)) {
            return new Reading.Keys(previous);
        }
        try {
            List<JWK> members = members(json);
            List<VerificationKey> usable = usable(members, algorithms, provider, previous);
            return usable.isEmpty()
                    ? new Reading.NoneUsable(members.stream().anyMatch(AsymmetricJWK.class::isInstance)
                            ? Optional.of(new KeySet(json, List.of()))
                            : Optional.empty(), "key set: no usable key")
                    : new Reading.Keys(new KeySet(json, usable));
        } catch (Refusal refusal) {
            return new Reading.Unusable(refusal.reason());
        }
    }

    /// Those that are keys at all: a malformed one must not cost us the good ones beside it.
    private static List<JWK> members(String json) throws Refusal {
        if (!(StrictJson.object(json.strip(), "key set").get("keys") instanceof List<?> members)) {
            throw new Refusal("key set: no array \"keys\"");
        }
        if (members.isEmpty()) {
            throw new Refusal("key set: no key at all");
        }
        List<JWK> keys = new ArrayList<>();
        for (Object member : members) {
            if (member instanceof Map<?, ?> one) {
                key(one).ifPresent(keys::add);
            }
        }
        return keys;
    }

    private static Optional<JWK> key(Map<?, ?> member) {
        try {
            @SuppressWarnings("unchecked") // JSON objects have strings for keys
            Map<String, Object> jwk = (Map<String, Object>) member;
            return Optional.of(JWK.parse(jwk));
        } catch (ParseException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private static List<VerificationKey> usable(List<JWK> members, Set<String> algorithms, Optional<Provider> provider,
            KeySet previous) throws Refusal {
        List<VerificationKey> keys = new ArrayList<>();
        for (JWK member : members) {
            Optional<VerificationKey> key = usable(member, algorithms, provider);
            if (key.isPresent()) {
                keys.add(distinct(previous.same(key.get()), keys));
            }
        }
        return keys;
    }

    private static Optional<VerificationKey> usable(JWK member, Set<String> algorithms, Optional<Provider> provider) {
        try {
            return VerificationKey.of(member, algorithms, provider);
        } catch (JOSEException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private static VerificationKey distinct(VerificationKey key, List<VerificationKey> others) throws Refusal {
        for (VerificationKey other : others) {
            if (key.collidesWith(other)) {
                throw new Refusal("key set: two keys with one kid");
            }
        }
        return key;
    }

    private VerificationKey same(VerificationKey key) {
        for (VerificationKey known : keys) {
            if (known.fingerprint().equals(key.fingerprint())) {
                return known;
            }
        }
        return key;
    }

    /// The keys that are named so, whatever they are for; a set holds few, so looking at each is the fastest way.
    boolean knows(String kid) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).kid().equals(kid)) {
                return true;
            }
        }
        return false;
    }

    /// The one key of that name and algorithm.
    Optional<VerificationKey> find(String kid, String algorithm) {
        for (int i = 0; i < keys.size(); i++) {
            VerificationKey key = keys.get(i);
            if (key.kid().equals(kid) && key.suits(algorithm)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /// The only key that suits the algorithm; nothing when there are several.
    Optional<VerificationKey> only(String algorithm) {
        VerificationKey found = null;
        for (VerificationKey key : keys) {
            if (key.suits(algorithm)) {
                if (found != null) {
                    return Optional.empty();
                }
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }

    /// Whether this very key is still among them.
    public boolean holds(VerificationKey key) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) == key) {
                return true;
            }
        }
        return false;
    }

    /// The key ids, in the issuer's order; a key without one is told as an empty string.
    public List<String> kids() {
        return keys.stream().map(VerificationKey::kid).toList();
    }

    /// The text that was read.
    public String source() {
        return source;
    }

    /// Whether there is no key at all.
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /// What came of reading a JWK Set.
    public sealed interface Reading {

        /// At least one usable key.
        record Keys(KeySet set) implements Reading {}

        /// A set, but each of its keys is of a kind that is not used here.
        ///
        /// @param instead a set without keys, in which the issuer's earlier ones are withdrawn; empty when there is not even a public key among its
        ///         keys, so that nobody can have meant it
        /// @param reason for the log
        record NoneUsable(Optional<KeySet> instead, String reason) implements Reading {}

        /// Not a set that could be worked with.
        ///
        /// @param reason for the log
        record Unusable(String reason) implements Reading {}
    }
}
