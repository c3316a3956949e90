package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The issuers' last good keys on disk, so that a gateway that starts while a key server is down can go on. One file per issuer and address,
/// exchanged as a whole, readable and writable by the owner alone. Public keys are no secret, but whoever can write here can sign in as
/// anybody: a folder or file that others may write to, or that belongs to somebody else, is not believed. Nothing here ever fails a request:
/// what cannot be read or written is logged. Thread-safe; blocks on the disk.
public final class KeyArchive {

    private static final Logger LOG = LoggerFactory.getLogger(KeyArchive.class);
    private static final int MAX_BYTES = 2 * 1024 * 1024; // a key set of the largest size, escaped
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private static final String DAMAGED = "damaged";

    private final Path folder;
    private final Map<Path, Instant> written = new HashMap<>();

    /// Keeps keys in this folder, which must exist.
    public KeyArchive(Path folder) {
        this.folder = folder;
    }

    /// What was kept of this issuer's keys at this address.
    public Optional<IssuerKeys.Snapshot> load(String issuer, URI jwks) {
        Path file = file(issuer, jwks);
        try {
            requireOurs(folder, false);
            requireOurs(file, true);
            return Optional.of(snapshot(bytes(file), issuer, jwks));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | JacksonException | DateTimeException | IllegalArgumentException failure) {
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("file", file).addKeyValue("reason", reason(failure))
                    .log("Kept issuer keys are not used");
            return Optional.empty();
        }
    }

    private static String reason(Exception failure) {
        return failure instanceof IllegalArgumentException known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName(); // a parser's message quotes the file
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("longer than 2 MiB");
            }
            return bytes;
        }
    }

    private static IssuerKeys.Snapshot snapshot(byte[] bytes, String issuer, URI jwks) {
        Kept kept = Optional.ofNullable(JSON.readValue(bytes, Kept.class))
                .orElseThrow(() -> new IllegalArgumentException(DAMAGED));
        if (!kept.equals(Kept.of(kept.issuer, kept.jwks, kept.said, kept.keys))) {
            throw new IllegalArgumentException(DAMAGED);
        }
        if (!kept.issuer.equals(issuer) || !kept.jwks.equals(jwks.toString())) {
            throw new IllegalArgumentException("of another issuer");
        }
        return new IssuerKeys.Snapshot(kept.keys, Instant.parse(kept.said));
    }

    /// Keeps what a key server said, unless something newer is kept already.
    public synchronized void save(String issuer, URI jwks, IssuerKeys.Snapshot said) {
        Path file = file(issuer, jwks);
        if (!written.getOrDefault(file, Instant.MIN).isBefore(said.said())) {
            return;
        }
        try {
            byte[] bytes = JSON.writeValueAsBytes(Kept.of(issuer, jwks.toString(), said.said().toString(), said.json()));
            requireOurs(folder, false);
            exchange(file, bytes);
            written.put(file, said.said());
        } catch (IOException | IllegalArgumentException failure) {
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("file", file).addKeyValue("reason", reason(failure))
                    .log("Issuer keys are not kept over a restart");
        }
    }

    private void exchange(Path file, byte[] bytes) throws IOException {
        Path draft = Files.createTempFile(folder, "keys-", ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// Refuses what somebody else could have written.
    private void requireOurs(Path path, boolean regular) throws IOException {
        PosixFileAttributes folderAttributes = Files.readAttributes(folder, PosixFileAttributes.class);
        PosixFileAttributes attributes = regular
                ? Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                : folderAttributes;
        if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IllegalArgumentException("others may write to " + path.getFileName());
        }
        if (!attributes.owner().equals(folderAttributes.owner()) || (regular && !attributes.isRegularFile())) {
            throw new IllegalArgumentException(path.getFileName() + " is not a file of the folder's owner");
        }
    }

    private Path file(String issuer, URI jwks) {
        return folder.resolve("keys-" + digest(issuer, jwks.toString()).substring(0, 32) + ".json");
    }

    private static String digest(String... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                sha256.update(part.getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /// A file's content; the digest tells a damaged file, which could refuse everybody.
    private record Kept(String issuer, String jwks, String said, String keys, String sha256) {

        private static Kept of(String issuer, String jwks, String said, String keys) {
            return new Kept(issuer, jwks, said, keys, digest(issuer, jwks, said, keys));
        }
    }
}
