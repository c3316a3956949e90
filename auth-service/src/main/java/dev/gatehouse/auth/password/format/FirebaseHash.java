package dev.gatehouse.auth.password.format;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Firebase's own use of scrypt: the project's signer key, encrypted with AES-256-CTR under what scrypt makes of the password. An
/// export has salt and hash for each user and the rest once for the project, so the two are put together as
/// `$fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER_KEY$salt$hash` (as Supabase does) or
/// `$firescrypt$ln=14,r=8,p=1$salt$hash$SEPARATOR$SIGNER_KEY` (as Ory Kratos does).
///
/// @param costs of the scrypt within; `n` is Firebase's `mem_cost`, `r` its `rounds`
/// @param salt of the user
/// @param separator of the project, put behind the salt
/// @param signerKey of the project
/// @param hash what came out
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record FirebaseHash(ScryptHash.Costs costs, byte[] salt, byte[] separator, byte[] signerKey,
        byte[] hash) implements StoredHash {

    private static final int AES_KEY_LENGTH = 32;
    private static final int AES_BLOCK_LENGTH = 16;
    private static final int DERIVED_LENGTH = 64;
    private static final String BASE64 = "([A-Za-z0-9+/_-]+={0,2})";
    private static final String COSTS = "=(\\d+),r=(\\d+),p=(\\d+)";
    private static final Pattern SUPABASE = Pattern.compile("\\$fbscrypt\\$v=1,n" + COSTS + ",ss=" + BASE64 + ",sk=" + BASE64
            + "\\$" + BASE64 + "\\$" + BASE64);
    private static final Pattern KRATOS = Pattern.compile("\\$firescrypt\\$ln" + COSTS + "\\$" + BASE64 + "\\$" + BASE64
            + "\\$" + BASE64 + "\\$" + BASE64);

    FirebaseHash {
        salt = Bounds.salt(salt);
        separator = separator.clone();
        signerKey = Bounds.hash(signerKey);
        hash = Bounds.hash(hash);
    }

    static FirebaseHash parse(String text) {
        Matcher supabase = SUPABASE.matcher(text);
        if (supabase.matches()) {
            return of(supabase, 6, 4, 5, 7);
        }
        Matcher kratos = KRATOS.matcher(text);
        if (kratos.matches()) {
            return of(kratos, 4, 6, 7, 5);
        }
        throw Bounds.damaged("Firebase", "$fbscrypt$v=1,n=…,r=…,p=…,ss=…,sk=…$salt$hash");
    }

    @Override
    public boolean matches(byte[] password, HashMemory memory) {
        byte[] salted = Arrays.copyOf(salt, salt.length + separator.length);
        System.arraycopy(separator, 0, salted, salt.length, separator.length);
        byte[] key = Arrays.copyOf(costs.derive(password, salted, DERIVED_LENGTH), AES_KEY_LENGTH);
        return MessageDigest.isEqual(hash, encrypt(key));
    }

    @Override
    public String format() {
        return "firebase";
    }

    @Override
    public String toString() {
        return "firebase " + costs;
    }

    private byte[] encrypt(byte[] key) {
        try {
            Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[AES_BLOCK_LENGTH]));
            return aes.doFinal(signerKey);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has AES", missing);
        }
    }

    private static FirebaseHash of(Matcher form, int salt, int separator, int signerKey, int hash) {
        return new FirebaseHash(ScryptHash.Costs.logarithmic(form.group(1), form.group(2), form.group(3)),
                Bounds.base64(form.group(salt)), Bounds.base64(form.group(separator)), Bounds.base64(form.group(signerKey)),
                Bounds.base64(form.group(hash)));
    }
}
