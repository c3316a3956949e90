package dev.gatehouse.auth.mfa;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.sealing.Sealer;

/// Ten codes of 80 random bits, to be kept where an app cannot get lost. Stored as HMACs under a key of the account that lies sealed; not
/// under one that comes from `GATEHOUSE_KEK`, because these codes must outlive it. Part of the caller's transaction. Thread-safe.
@Component
final class RecoveryCodes {

    private static final int COUNT = 10;
    private static final int LENGTH = 16; // of five bits each
    private static final int KEY_LENGTH = 32;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's: nothing looks like something else
    private static final String MAC = "HmacSHA256";

    private final FactorStore store;
    private final Sealer sealer;
    private final SecureRandom random;
    private final Ids ids;
    private final Events events;
    private final Mails mails;

    RecoveryCodes(FactorStore store, Sealer sealer, SecureRandom random, Ids ids, Events events, Mails mails) {
        this.store = store;
        this.sealer = sealer;
        this.random = random;
        this.ids = ids;
        this.events = events;
        this.mails = mails;
    }

    /// {@return new codes, to be shown once; those before are worth nothing any more}
    List<String> renew(Account account) {
        UUID id = ids.next();
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        List<String> codes = IntStream.range(0, COUNT).mapToObj(_ -> code()).toList();
        store.replaceRecoveryCodes(account.id(), new FactorStore.Sealed(id, sealer.seal(key, purpose(id))),
                codes.stream().map(code -> hash(key, code)).toList());
        events.append(Event.about(EventType.USER_RECOVERY_CODES_MADE, account.id()));
        return codes.stream().map(RecoveryCodes::inGroups).toList();
    }

    /// {@return whether it was one of them; it is none any more, and its owner is told}
    boolean use(Account account, String typed) {
        boolean used = store.recoveryKey(account.id()).flatMap(sealed -> sealer.open(sealed.bytes(), purpose(sealed.id())))
                .map(key -> store.useRecoveryCode(account.id(), hash(key, plain(typed)))).orElse(false);
        if (used) {
            events.append(Event.about(EventType.USER_RECOVERY_CODE_USED, account.id())
                    .with("left", Integer.toString(store.enrolled(account.id()).recoveryCodesLeft())));
            mails.enqueue(Mail.of(MailKind.RECOVERY_CODE_USED, account.recipient()));
        }
        return used;
    }

    private String code() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    private static String inGroups(String code) {
        return code.substring(0, 4) + "-" + code.substring(4, 8) + "-" + code.substring(8, 12) + "-" + code.substring(12);
    }

    /// As people copy them: in any case, with other or no separators, and the letters that the alphabet leaves out.
    private static String plain(String typed) {
        return typed.toLowerCase(Locale.ROOT).replace("-", "").replace(" ", "").replace('o', '0').replace('i', '1').replace('l',
                '1');
    }

    private static byte[] hash(byte[] key, String code) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(code.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + MAC, missing);
        }
    }

    private static String purpose(UUID id) {
        return "recovery:" + id;
    }
}
