package dev.gatehouse.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import dev.gatehouse.gateway.settings.TlsSettings;

/// The texts of a certificate's file, of its key's and of those who vouch for clients, as they were at one moment. Immutable.
///
/// @param clients empty where no file is named
record PemFiles(String certificate, String key, String clients) {

    private static final int MAX_BYTES = 256 * 1024;

    static PemFiles read(TlsSettings files) throws UnusablePem {
        return new PemFiles(text("GATEHOUSE_TLS_CERTIFICATE", files.certificate()), text("GATEHOUSE_TLS_KEY", files.key()),
                files.clientCa().isPresent() ? text("GATEHOUSE_TLS_CLIENT_CA", files.clientCa().get()) : "");
    }

    static String text(String setting, Path file) throws UnusablePem {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnusablePem(setting + ": longer than 256 KiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw new UnusablePem(setting + ": no such file (expected: a PEM file)");
        } catch (IOException failure) {
            throw new UnusablePem(setting + ": not readable, " + failure.getClass().getSimpleName() + " (expected: a PEM file)");
        }
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return "PemFiles";
    }
}
