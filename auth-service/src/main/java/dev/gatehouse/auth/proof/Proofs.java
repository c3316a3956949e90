package dev.gatehouse.auth.proof;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

/// Issues and checks proofs. A link holds 256 random bits; a code eight digits, of which five may be tried within ten minutes, and only
/// by whoever knows the proof's id. Blocks on the database; thread-safe.
@Component
public final class Proofs {

    private static final int TOKEN_LENGTH = 32;
    private static final int CODES = 100_000_000;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern CODE = Pattern.compile("\\d{8}");
    private static final String MAC = "HmacSHA256";

    private final ProofStore store;
    private final Ids ids;
    private final SecureRandom random;
    private final List<SecretKeySpec> codeKeys; // the first makes codes, the others still check them

    Proofs(ProofStore store, Ids ids, SecureRandom random, Settings settings) {
        this.store = store;
        this.ids = ids;
        this.random = random;
        KeySettings.Encryption keks = settings.keys().encryption();
        this.codeKeys = Stream.concat(Stream.of(keks.current()), keks.others().stream()).map(Proofs::codeKey).toList();
    }

    /// {@return a new proof, part of the calling transaction}
    ///
    /// @param purpose what for
    /// @param account whose
    /// @param email the address it is sent to
    public Issued issue(Purpose purpose, UUID account, String email) {
        UUID id = ids.next();
        byte[] bytes = new byte[TOKEN_LENGTH];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String code = String.format(Locale.ROOT, "%08d", random.nextInt(CODES));
        store.insert(new Proof(id, purpose, account, email), sha256(token), mac(codeKeys.getFirst(), id + code));
        return new Issued(id, new Mail.Proof(token, code, purpose.lifetime()));
    }

    /// {@return the proof behind the token of a link, where it is good; it stays so until it is consumed}
    ///
    /// @param purpose what it has to be for
    /// @param token as it came
    public Optional<Proof> find(Purpose purpose, String token) {
        return TOKEN.matcher(token).matches() ? store.find(purpose, sha256(token)) : Optional.empty();
    }

    /// {@return the proof, where the code is right; a wrong one costs one of five tries}
    ///
    /// @param purpose what it has to be for
    /// @param id which whoever asked for the mail was told
    /// @param code as it came
    public Optional<Proof> find(Purpose purpose, UUID id, String code) {
        return tryCode(purpose, id, code) instanceof Try.Right(Proof proof) ? Optional.of(proof) : Optional.empty();
    }

    /// {@return what came of it; the same for whom it matters whether a try was spent}
    ///
    /// @param purpose what it has to be for
    /// @param id which whoever asked for the mail was told
    /// @param code as it came
    public Try tryCode(Purpose purpose, UUID id, String code) {
        Optional<ProofStore.Tried> spent = CODE.matcher(code).matches() ? store.tryCode(purpose, id) : Optional.empty();
        return spent.<Try>map(tried -> isCode(tried.codeHash(), id + code)
                ? new Try.Right(tried.proof())
                : new Try.Wrong(tried.proof().account())).orElseGet(Try.None::new);
    }

    /// {@return the proof as above, of those of an account the newest. A code that is right for one purpose costs no try of the others}
    ///
    /// @param purposes what it may be for
    /// @param account of whoever is signed in
    /// @param code as it came
    public Optional<Proof> findNewest(List<Purpose> purposes, UUID account, String code) {
        List<UUID> spent = new ArrayList<>();
        for (Purpose purpose : purposes) {
            Optional<UUID> newest = store.newest(purpose, account);
            switch (newest.<Try>map(id -> tryCode(purpose, id, code)).orElseGet(Try.None::new)) {
                case Try.Right(Proof proof) -> {
                    spent.forEach(store::giveTryBack);
                    return Optional.of(proof);
                }
                case Try.Wrong _ -> newest.ifPresent(spent::add);
                case Try.None() -> {
                }
            }
        }
        return Optional.empty();
    }

    /// {@return whether the newest proof of an account has a code that may still be tried}
    ///
    /// @param purpose what it has to be for
    /// @param account whose
    public boolean hasOpenCode(Purpose purpose, UUID account) {
        return store.newest(purpose, account).filter(id -> store.isCodeOpen(id)).isPresent();
    }

    /// Uses a proof up, and with it all others of the account for the same purpose. Nobody else changes the account until the calling transaction
    /// ends: two who use different ones at the same moment do not wait for each other.
    ///
    /// @param proof that was found
    /// @return whether nobody else did so before
    public boolean consume(Proof proof) {
        boolean first = store.lockAccount(proof.account()) && store.delete(proof.id());
        if (first) {
            store.deleteAll(proof.purpose(), proof.account());
        }
        return first;
    }

    private boolean isCode(byte[] hash, String text) {
        return codeKeys.stream().anyMatch(key -> MessageDigest.isEqual(hash, mac(key, text)));
    }

    private static SecretKeySpec codeKey(Secret keyEncryptionKey) {
        return new SecretKeySpec(mac(new SecretKeySpec(keyEncryptionKey.reveal(), MAC), "gatehouse mail codes"), MAC);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + MAC, missing);
        }
    }

    /// What came of a code.
    public sealed interface Try {

        /// It is the one.
        ///
        /// @param proof that it is for
        record Right(Proof proof) implements Try {}

        /// It is not, and one of its tries is spent.
        ///
        /// @param account whose proof it is
        record Wrong(UUID account) implements Try {}

        /// There is no code that could be tried, or this can be none.
        record None() implements Try {}
    }

    /// A proof that was just made.
    ///
    /// @param id for whoever asked
    /// @param forMail for the address alone
    public record Issued(UUID id, Mail.Proof forMail) {}

    /// A good proof.
    ///
    /// @param id of its row
    /// @param purpose what for
    /// @param account whose
    /// @param email the address that was proven to be read
    public record Proof(UUID id, Purpose purpose, UUID account, String email) {}
}
