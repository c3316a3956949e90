package dev.gatehouse.gateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// Reads settings one by one and gathers what is wrong with them. An empty variable counts as not set. Not thread-safe.
final class SettingsReader {

    private static final Set<String> FIELDS = Set.of("for", "proto", "host", "forwarded");
    private static final String EXPECTED_FIELDS = " (expected: any of for, proto and host, such as for,proto; or forwarded alone)";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private final Environment environment;
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Environment environment) {
        this.environment = environment;
    }

    String text(String name, String fallback) {
        return value(name).orElse(fallback);
    }

    Path path(String name, String fallback) {
        return parsed(name, text(name, fallback), Path.of(fallback), "a path", Path::of);
    }

    Optional<Path> optionalPath(String name) {
        Optional<String> value = value(name);
        try {
            return value.map(Path::of);
        } catch (InvalidPathException _) {
            problems.add(name + ": not a path (expected: the path of a file)");
            return Optional.empty();
        }
    }

    /// 32 bytes in base64, of the plain or of the URL-safe alphabet.
    Optional<Secret> key(String name) {
        Optional<String> value = value(name);
        try {
            return value.map(text -> Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')))
                    .map(SettingsReader::key);
        } catch (IllegalArgumentException _) {
            problems.add(name + ": not a key (expected: 32 random bytes in base64, such as from: openssl rand -base64 32)");
            return Optional.empty();
        }
    }

    private static Secret key(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("length");
        }
        return Secret.of(bytes);
    }

    /// A folder that nobody else can write to.
    Optional<Path> ownFolder(String name) {
        Optional<String> folder = value(name);
        try {
            return folder.map(text -> StateFolder.open(Path.of(text)));
        } catch (IllegalArgumentException wrong) {
            problems.add(name + ": " + folder.orElse("") + ": " + wrong.getMessage()
                    + " (expected: a folder that the gateway can write to and nobody else, such as one with mode 700)");
            return Optional.empty();
        }
    }

    boolean flag(String name) {
        String text = text(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            problems.add(name + ": " + text + " (expected: true or false)");
        }
        return text.equals("true");
    }

    /// One of two words; the first when the variable is not set.
    String choice(String name, String first, String second) {
        String text = text(name, first);
        if (!text.equals(first) && !text.equals(second)) {
            problems.add(name + ": " + text + " (expected: " + first + " or " + second + ")");
        }
        return text;
    }

    int port(String name, int fallback) {
        return parsed(name, text(name, Integer.toString(fallback)), fallback, "a port, 0 to 65535", SettingsReader::port);
    }

    Duration duration(String name, Duration fallback) {
        return parsed(name, text(name, fallback.toMillis() + "ms"), fallback, "a time from 10ms to 1h, such as 500ms, 10s or 2m",
                text -> duration(text, Duration.ofMillis(10), Duration.ofHours(1)));
    }

    /// A time of milliseconds.
    Duration moment(String name, Duration fallback, Duration least, Duration most) {
        return parsed(name, text(name, fallback.toMillis() + "ms"), fallback,
                "a time from " + least.toMillis() + "ms to " + most.toMillis() + "ms, such as " + fallback.toMillis() + "ms",
                text -> duration(text, least, most));
    }

    int number(String name, int fallback, int least, int most) {
        return parsed(name, text(name, Integer.toString(fallback)), fallback, "a whole number, " + least + " to " + most,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(text);
                    }
                    return number;
                });
    }

    /// A part of the whole, 1 when the variable is not set.
    double share(String name) {
        return parsed(name, text(name, "1"), 1.0, "a number, 0 to 1", text -> {
            double share = Double.parseDouble(text);
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(text);
            }
            return share;
        });
    }

    /// An address of HTTP. Its text may hold a password and is shown to nobody.
    Optional<URI> httpUrl(String name) {
        return value(name).flatMap(text -> {
            try {
                URI url = new URI(text);
                if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                        && url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null) {
                    return Optional.of(url);
                }
            } catch (URISyntaxException _) {
                // said below
            }
            problems.add(name
                    + ": not an address (expected: http://host:port or https://host:port, without user, query and fragment)");
            return Optional.empty();
        });
    }

    List<String> list(String name) {
        return value(name).map(list -> Stream.of(list.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList())
                .orElse(List.of());
    }

    /// Which forwarded fields a proxy writes; the usual ones when the variable is not set.
    List<String> fields(String name) {
        List<String> fields = list(name);
        List<String> unknown = fields.stream().filter(field -> !FIELDS.contains(field)).toList();
        if (!unknown.isEmpty()) {
            problems.add(name + ": " + String.join(",", unknown) + EXPECTED_FIELDS);
        } else if (fields.contains("forwarded") && fields.size() > 1) {
            problems.add(name + ": " + String.join(",", fields) + EXPECTED_FIELDS);
        }
        return fields.isEmpty() ? List.of("for", "proto") : fields;
    }

    Optional<RedisAddress> redis(String name) {
        Optional<String> url = value(name);
        try {
            return url.map(RedisAddress::parse);
        } catch (IllegalArgumentException wrong) {
            problems.add(name + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    /// Notes what is wrong with several settings together.
    void refuse(String problem) {
        problems.add(problem);
    }

    void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private <T> T parsed(String name, String text, T fallback, String expected, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException _) {
            problems.add(name + ": " + text + " (expected: " + expected + ")");
            return fallback;
        }
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(text);
        }
        return port;
    }

    private static Duration duration(String text, Duration least, Duration most) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        long count = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(text);
        }
        return duration;
    }

    private Optional<String> value(String name) {
        @Nullable
        String value = environment.get(name);
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }
}
