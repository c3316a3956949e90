package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Addresses of issuers, as `routes.yml` writes them. Each method throws an [IllegalArgumentException] whose message says what was expected.
final class IssuerAddresses {

    private final Path folder;

    /// Relative `file:` addresses begin at this folder.
    IssuerAddresses(Path folder) {
        this.folder = folder;
    }

    /// Where keys are.
    URI jwks(String text, boolean insecure) {
        if (text.startsWith("file:")) {
            return file(text.substring("file:".length()));
        }
        URI uri = uri(text);
        boolean secure = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && (insecure || isLoopback(uri)));
        if (!secure || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "https://…, http://… to a loopback address, or file:…; insecure-http: true allows http to other hosts");
        }
        return uri;
    }

    /// Where an issuer is asked about tokens.
    static URI endpoint(String text) {
        URI uri = uri(text);
        boolean secure = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isLoopback(uri));
        if (!secure || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("https://…, or http://… to a loopback address");
        }
        return uri;
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            boolean portFits = uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65_535);
            if (portFits && text.chars().allMatch(character -> character < 0x80)) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new IllegalArgumentException("an address");
    }

    private URI file(String name) {
        try {
            // file:///path, file:/path and file:path
            Path path = folder.resolve(name.startsWith("///") ? name.substring(2) : name).toAbsolutePath().normalize();
            if (name.isEmpty() || !Files.isRegularFile(path)) {
                throw new IllegalArgumentException("a file that exists; relative names begin at the folder of routes.yml");
            }
            return path.toUri();
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("the name of a file");
        }
    }

    static boolean isLoopback(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost();
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
