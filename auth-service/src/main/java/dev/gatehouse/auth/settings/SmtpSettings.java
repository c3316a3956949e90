package dev.gatehouse.auth.settings;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Where mail goes.
///
/// @param host of the mail server
/// @param port of the mail server
/// @param security of the connection
/// @param login user and password, where it asks for them
/// @param from address of the sender
public record SmtpSettings(String host, int port, Security security, Optional<Login> login, String from) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern FROM = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final String EXPECTED = "is not a mail server"
            + " (expected: smtp://, smtp+starttls:// or smtps://, then user:password@ with percent-encoded parts or nothing, host:port)";

    /// How the connection is protected.
    public enum Security {
        /// TLS where the server offers it.
        IF_OFFERED,
        /// TLS after STARTTLS, or nothing is sent.
        STARTTLS,
        /// TLS from the first byte.
        TLS
    }

    /// Credentials.
    ///
    /// @param user to sign in as
    /// @param password of the user
    public record Login(String user, Secret password) {}

    static Optional<SmtpSettings> read(Map<String, String> environment, @Nullable String publicUrl, List<String> problems) {
        String url = environment.getOrDefault("SMTP_URL", "").strip();
        if (url.isEmpty() || publicUrl == null) {
            return Optional.empty();
        }
        String sender = environment.getOrDefault("GATEHOUSE_MAIL_FROM", "").strip();
        String from = sender.isEmpty() ? "no-reply@" + URI.create(publicUrl).getHost() : sender;
        if (!FROM.matcher(from).matches()) {
            problems.add("GATEHOUSE_MAIL_FROM: is not an address (expected: such as no-reply@example.com)");
            return Optional.empty();
        }
        try {
            return Optional.of(parse(URI.create(url), from));
        } catch (IllegalArgumentException unreadable) {
            problems.add("SMTP_URL: " + EXPECTED); // its own message could hold the password
            return Optional.empty();
        }
    }

    /// {@return the folder with templates of the operator's own, where there is one}
    static Optional<Path> templates(Map<String, String> environment, List<String> problems) {
        String folder = environment.getOrDefault("GATEHOUSE_MAIL_TEMPLATES", "").strip();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(folder);
        if (!java.nio.file.Files.isDirectory(path)) {
            problems.add("GATEHOUSE_MAIL_TEMPLATES: is not a folder that can be read (expected: one with templates)");
        }
        return Optional.of(path);
    }

    private static SmtpSettings parse(URI uri, String from) {
        String host = uri.getHost();
        if (host == null || uri.getRawQuery() != null || uri.getRawFragment() != null || !"/".startsWith(uri.getRawPath())) {
            throw new IllegalArgumentException(EXPECTED);
        }
        Optional<Login> login = Optional.ofNullable(uri.getRawUserInfo()).map(SmtpSettings::login);
        boolean nearby = LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
        Security security = switch (String.valueOf(uri.getScheme())) {
            // A password never travels in the clear, unless it stays on this machine.
            case "smtp" -> login.isPresent() && !nearby ? Security.STARTTLS : Security.IF_OFFERED;
            case "smtp+starttls" -> Security.STARTTLS;
            case "smtps" -> Security.TLS;
            default -> throw new IllegalArgumentException(EXPECTED);
        };
        int preset = switch (security) {
            case IF_OFFERED -> 25;
            case STARTTLS -> 587;
            case TLS -> 465;
        };
        return new SmtpSettings(host, uri.getPort() < 0 ? preset : uri.getPort(), security, login, from);
    }

    private static Login login(String userInfo) {
        int colon = userInfo.indexOf(':');
        if (colon < 1 || colon == userInfo.length() - 1) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new Login(decoded(userInfo.substring(0, colon)),
                Secret.of(decoded(userInfo.substring(colon + 1)).getBytes(StandardCharsets.UTF_8)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// {@return host and port, without the secrets}
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
