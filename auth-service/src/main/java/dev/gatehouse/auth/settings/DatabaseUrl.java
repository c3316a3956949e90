package dev.gatehouse.auth.settings;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Where PostgreSQL is, from either form of `DATABASE_URL`: `postgres://user:password@host:port/name?sslmode=require` with
/// percent-encoded parts, or `jdbc:postgresql://…` as the driver understands it. Its text never shows credentials.
public final class DatabaseUrl {

    private static final Pattern LIBPQ = Pattern
            .compile("postgres(?:ql)?://(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^@/?#]+)(?:/([^/?#]*))?(?:\\?([^#]*))?");
    private static final Pattern JDBC = Pattern.compile("jdbc:postgresql://([^/?#]*)(?:/([^?#]*))?(?:\\?([^#]*))?");
    private static final Map<String, String> DRIVER_NAMES = Map.of("application_name", "ApplicationName",
            "connect_timeout", "connectTimeout");

    private final String server;
    private final String name;
    private final Map<String, String> parameters;

    private DatabaseUrl(String server, String name, Map<String, String> parameters) {
        this.server = server;
        this.name = name;
        this.parameters = Map.copyOf(parameters);
    }

    /// {@return where the database is}
    ///
    /// @param text either form
    /// @throws IllegalArgumentException where the text is neither form; its message never repeats the text
    public static DatabaseUrl parse(String text) {
        Matcher jdbc = JDBC.matcher(text);
        if (jdbc.matches()) {
            return new DatabaseUrl(jdbc.group(1), decoded(jdbc.group(2)), parameters(jdbc.group(3)));
        }
        Matcher libpq = LIBPQ.matcher(text);
        if (!libpq.matches()) {
            throw new IllegalArgumentException(
                    "is not a PostgreSQL URL (expected: postgres://user:password@host:port/name with percent-encoded"
                            + " parts, or jdbc:postgresql://host:port/name)");
        }
        Map<String, String> parameters = parameters(libpq.group(5));
        putIfPresent(parameters, "user", libpq.group(1));
        putIfPresent(parameters, "password", libpq.group(2));
        return new DatabaseUrl(libpq.group(3), decoded(libpq.group(4)), parameters);
    }

    /// {@return the URL for the driver, without credentials and parameters}
    public String jdbcUrl() {
        return "jdbc:postgresql://" + server + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /// {@return the driver's properties as the operator gave them, credentials included}
    public Properties properties() {
        Properties properties = new Properties();
        parameters.forEach(properties::setProperty);
        return properties;
    }

    @Override
    public String toString() {
        return "postgres://" + server + "/" + name;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new TreeMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("has a parameter without a value (expected: name=value)");
            }
            String name = decoded(pair.substring(0, equals));
            parameters.put(DRIVER_NAMES.getOrDefault(name, name), decoded(pair.substring(equals + 1)));
        }
        return parameters;
    }

    private static void putIfPresent(Map<String, String> parameters, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            parameters.put(name, decoded(value));
        }
    }

    private static String decoded(@Nullable String text) {
        if (text == null) {
            return "";
        }
        try {
            // A plus is a plus in these URLs, not a space as in forms.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("has a broken percent-encoding (expected: two hexadecimal digits after each %)",
                    malformed);
        }
    }
}
