package dev.gatehouse.gateway.assertion.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fleet's keys in a file that every instance mounts: a JWK Set (RFC 7517 §5) of P-256 keys. The first one signs and has its private half; all are
/// published, so an operator adds the next key at the end, moves it to the front after a while, and later takes the old one out. Read every second,
/// also where the file is exchanged through a symbolic link. A bad change alters nothing.
public final class FileKeys implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(FileKeys.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final Path file;
    private volatile Keys keys;
    private volatile String trouble = "";

    private FileKeys(Path file, Keys keys) {
        this.file = file;
        this.keys = keys;
    }

    /// @throws UnusableKeys when the file cannot be used
    static FileKeys of(Path file) throws UnusableKeys {
        return new FileKeys(file, read(file));
    }

    /// Why the file cannot be used; nothing when it can.
    public static Optional<String> problem(Path file) {
        try {
            read(file);
            return Optional.empty();
        } catch (UnusableKeys unusable) {
            return Optional.of(unusable.reason());
        }
    }

    @Override
    public Keys known(Instant now) {
        return keys;
    }

    @Override
    public Keys look(Instant now) {
        try {
            keys = read(file);
            trouble = "";
        } catch (UnusableKeys unusable) {
            if (!trouble.equals(unusable.reason())) { // once per reason, not once per look
                LOG.atError().addKeyValue("file", file).addKeyValue("reason", unusable.reason())
                        .log("The assertion keys are not used, those read before stay in place");
            }
            trouble = unusable.reason();
        }
        return keys;
    }

    @Override
    public Optional<String> rotate(Rotation how, Instant now) {
        return Optional.of("the keys are those of the file that GATEHOUSE_ASSERTION_KEYS names: change it there");
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    private static Keys read(Path file) throws UnusableKeys {
        try {
            refuseWhatOthersMayRead(file);
            return keys(content(file));
        } catch (NoSuchFileException _) {
            throw new UnusableKeys("no such file");
        } catch (IOException failure) {
            throw new UnusableKeys("not readable (" + failure.getClass().getSimpleName() + ")");
        }
    }

    private static void refuseWhatOthersMayRead(Path file) throws IOException, UnusableKeys {
        try {
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw new UnusableKeys("open to others than its owner (expected: mode 0400 or 0600)");
            }
        } catch (UnsupportedOperationException _) {
            // A file system without such permissions has other ways to protect a file, which Java cannot judge.
        }
    }

    private static String content(Path file) throws IOException, UnusableKeys {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnusableKeys("longer than 64 KiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// The messages of the parsers are not shown: they quote what they read.
    private static Keys keys(String json) throws UnusableKeys {
        List<ECKey> keys = new ArrayList<>();
        try {
            Map<String, Object> set = JSONObjectUtils.parse(json); // null for the text null
            if (set == null || !(set.get("keys") instanceof List<?> members) || members.isEmpty()) {
                throw new UnusableKeys("not a JWK Set with at least one key");
            }
            for (Object member : members) {
                keys.add(key(member).orElseThrow(() -> new UnusableKeys("keys[" + keys.size()
                        + "]: not a key for ES256 (expected: kty EC, crv P-256, use sig or none, alg ES256 or none)")));
            }
        } catch (ParseException _) {
            throw new UnusableKeys("not a JWK Set");
        }
        if (!AssertionKey.signs(keys.getFirst())) {
            throw new UnusableKeys(
                    "keys[0]: signs nothing that its public half verifies (expected: a private key with its own x and y)");
        }
        return new Keys(keys.getFirst(), keys);
    }

    private static Optional<ECKey> key(Object member) {
        if (!(member instanceof Map<?, ?> members)) {
            return Optional.empty();
        }
        try {
            @SuppressWarnings("unchecked") // JSON objects have strings for keys
            Map<String, Object> jwk = (Map<String, Object>) members;
            return AssertionKey.read(JWK.parse(jwk));
        } catch (ParseException | RuntimeException _) {
            return Optional.empty();
        }
    }
}
