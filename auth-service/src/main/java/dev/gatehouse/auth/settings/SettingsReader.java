package dev.gatehouse.auth.settings;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Reads [Settings] from the environment and collects every problem instead of stopping at the first.
public final class SettingsReader {

    private static final Pattern REDIS = Pattern.compile("(redis|rediss|redis-sentinel)://\\S+");
    // A comma before a scheme separates nodes; one before a host belongs to a sentinel URL.
    private static final Pattern NEXT_REDIS = Pattern.compile(",\\s*(?=redis)");
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,4})s?");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    private SettingsReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// {@return settings, or one line per problem}
    ///
    /// @param environment names and values, as from `System.getenv()`
    public static Settings.Reading read(Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(environment);
        Settings settings = reader.settings();
        return settings != null && reader.problems.isEmpty()
                ? new Settings.Reading.Valid(settings)
                : new Settings.Reading.Wrong(reader.problems);
    }

    /// Reads one variable alone, for commands that need no more than the database.
    ///
    /// @param environment names and values
    /// @return where PostgreSQL is
    /// @throws IllegalArgumentException with a line for the operator
    public static DatabaseUrl database(Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(environment);
        DatabaseUrl url = reader.required("DATABASE_URL", DatabaseUrl::parse);
        if (url == null) {
            throw new IllegalArgumentException(reader.problems.getFirst());
        }
        return url;
    }

    /// Reads what commands about keys need besides the database.
    ///
    /// @param environment names and values
    /// @return what encrypts at rest, and how tokens are signed
    /// @throws IllegalArgumentException with a line for the operator
    public static KeySettings keys(Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(environment);
        KeySettings keys = KeySettings.read(reader);
        if (keys == null) {
            throw new IllegalArgumentException(String.join("\n", reader.problems));
        }
        return keys;
    }

    private @Nullable Settings settings() {
        DatabaseUrl database = required("DATABASE_URL", DatabaseUrl::parse);
        KeySettings keys = KeySettings.read(this);
        Optional<Secret> redis = Optional.ofNullable(environment.get("REDIS_URL")).filter(text -> !text.isBlank())
                .map(text -> value("REDIS_URL", text, SettingsReader::redis));
        int cores = Runtime.getRuntime().availableProcessors();
        Integer permits = optional("GATEHOUSE_HASH_PERMITS", "" + cores, text -> number(text, 1, 256));
        Integer queue = optional("GATEHOUSE_HASH_QUEUE", "64", text -> number(text, 1, 10_000));
        Duration hashDeadline = optional("GATEHOUSE_HASH_DEADLINE", "3s", text -> seconds(text, 1, 60));
        Integer port = optional("GATEHOUSE_AUTH_PORT", "8081", SettingsReader::port);
        String address = optional("GATEHOUSE_AUTH_ADDRESS", "127.0.0.1", SettingsReader::address);
        Integer managementPort = optional("GATEHOUSE_AUTH_MANAGEMENT_PORT", "9081", SettingsReader::port);
        String managementAddress = optional("GATEHOUSE_AUTH_MANAGEMENT_ADDRESS", "127.0.0.1",
                SettingsReader::address);
        String issuer = optional("GATEHOUSE_ISSUER", "http://localhost:8080", SettingsReader::issuer);
        String audience = optional("GATEHOUSE_AUDIENCE", "api", SettingsReader::audience);
        List<AddressRange> gateways = optional("GATEHOUSE_GATEWAY_ADDRESSES", "127.0.0.1/32,::1/128",
                SettingsReader::ranges);
        Duration grace = optional("GATEHOUSE_REFRESH_GRACE", "10s", text -> seconds(text, 0, 60));
        PasswordSettings passwords = PasswordSettings.read(this);
        LoginSettings login = LoginSettings.read(this);
        Settings.Administration administration = Settings.Administration.read(this);
        Settings.Tracing tracing = Settings.Tracing.read(this);
        Boolean docs = optional("GATEHOUSE_API_DOCS", "off", SettingsReader::onOrOff);
        Boolean json = optional("GATEHOUSE_LOG_FORMAT", "text", SettingsReader::jsonLogs);
        Optional<BrokerSettings> broker = BrokerSettings.read(environment, problems);
        Optional<SmtpSettings> smtp = SmtpSettings.read(environment, issuer, problems);
        Optional<Path> templates = SmtpSettings.templates(environment, problems);
        if (database == null || keys == null || permits == null || queue == null || hashDeadline == null || port == null
                || address == null
                || managementPort == null || managementAddress == null || issuer == null || audience == null
                || gateways == null || grace == null || passwords == null || login == null
                || administration == null || tracing == null || docs == null || json == null) {
            return null;
        }
        if (port != 0 && port.equals(managementPort)) {
            problems.add("GATEHOUSE_AUTH_MANAGEMENT_PORT: is the same as GATEHOUSE_AUTH_PORT (expected: another port)");
        }
        return new Settings(port, address, managementPort, managementAddress, issuer, audience, gateways, database,
                redis, keys, grace, new Settings.Hashing(permits, queue, hashDeadline), passwords, login, administration, broker,
                smtp, templates, tracing, docs, json);
    }

    <T> @Nullable T required(String name, Function<String, T> parse) {
        String text = environment.getOrDefault(name, "");
        if (text.isBlank()) {
            problems.add(name + ": is not set (expected: a value; there is no default)");
            return null;
        }
        return value(name, text, parse);
    }

    <T> @Nullable T optional(String name, String byDefault, Function<String, T> parse) {
        String text = environment.getOrDefault(name, "");
        return value(name, text.isBlank() ? byDefault : text, parse);
    }

    private <T> @Nullable T value(String name, String text, Function<String, T> parse) {
        try {
            return parse.apply(text.strip());
        } catch (IllegalArgumentException problem) {
            problems.add(name + ": " + problem.getMessage());
            return null;
        }
    }

    private static int port(String text) {
        return number(text, 0, 65_535);
    }

    static int number(String text, int least, int most) {
        String expected = " (expected: a number from " + least + " to " + most + ")";
        try {
            int number = Integer.parseInt(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException("is out of range" + expected);
            }
            return number;
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException("is not a number" + expected, notNumber);
        }
    }

    private static String address(String text) {
        try {
            return InetAddress.ofLiteral(text).getHostAddress();
        } catch (IllegalArgumentException notAddress) {
            throw new IllegalArgumentException("is not an IP address (expected: such as 127.0.0.1 or 0.0.0.0)",
                    notAddress);
        }
    }

    private static String issuer(String text) {
        String expected = "is not a base URL (expected: such as https://auth.example.com, without query and fragment)";
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null
                    || uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException(expected);
            }
        } catch (IllegalArgumentException notUri) {
            throw new IllegalArgumentException(expected, notUri);
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String audience(String text) {
        if (text.contains(" ")) {
            throw new IllegalArgumentException("has a space (expected: one audience)");
        }
        return text;
    }

    private static List<AddressRange> ranges(String text) {
        try {
            return Arrays.stream(text.split(",", -1)).map(String::strip).map(AddressRange::parse).toList();
        } catch (IllegalArgumentException notRange) {
            throw new IllegalArgumentException(
                    "is not a list of address ranges (expected: such as 10.0.0.0/8,127.0.0.1/32)", notRange);
        }
    }

    private static Duration seconds(String text, int least, int most) {
        var matcher = SECONDS.matcher(text);
        if (matcher.matches()) {
            int seconds = Integer.parseInt(matcher.group(1));
            if (seconds >= least && seconds <= most) {
                return Duration.ofSeconds(seconds);
            }
        }
        throw new IllegalArgumentException("is not a time (expected: " + least + "s to " + most + "s)");
    }

    private static boolean jsonLogs(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "json" -> true;
            case "text" -> false;
            default -> throw new IllegalArgumentException("is unknown (expected: text or json)");
        };
    }

    private static boolean onOrOff(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("is unknown (expected: on or off)");
        };
    }

    private static Secret redis(String text) {
        for (String node : NEXT_REDIS.split(text, -1)) {
            if (!REDIS.matcher(node).matches() || !isAddress(node.strip())) {
                throw new IllegalArgumentException(
                        "is not a Redis URL (expected: redis://, rediss:// or redis-sentinel://, several separated by commas)");
            }
        }
        return Secret.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static boolean isAddress(String text) {
        try {
            new URI(text);
            return true;
        } catch (URISyntaxException unreadable) {
            return false;
        }
    }
}
