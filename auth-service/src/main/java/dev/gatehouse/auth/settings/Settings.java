package dev.gatehouse.auth.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Everything the operator sets. Made by [SettingsReader], which reports all problems at once.
///
/// @param port where the API listens; 0 takes a free one
/// @param address interface the API listens on
/// @param managementPort where health and metrics are; 0 takes a free one
/// @param managementAddress interface of the management port
/// @param issuer `iss` of the tokens and the address users see, without a trailing slash
/// @param audience `aud` of the tokens
/// @param gatewayAddresses peers whose forwarded addresses and request ids are believed
/// @param database where PostgreSQL is
/// @param redisUrl where Redis is, if anywhere; a secret because it can hold a password
/// @param keys what encrypts at rest, and how tokens are signed
/// @param refreshGrace how long after a rotation the previous refresh token still gets an answer
/// @param hashing how much password hashing may run at once
/// @param passwords what is asked of new passwords
/// @param login how signing in answers those who guess
/// @param administration of accounts by others than their owners
/// @param broker where events go, if anywhere
/// @param smtp where mail goes, if anywhere
/// @param mailTemplates folder with templates that replace ours
/// @param tracing where spans go, if anywhere
/// @param apiDocs whether the description of the API and the page to try it are served
/// @param jsonLogs whether log lines are JSON objects
public record Settings(int port, String address, int managementPort, String managementAddress, String issuer,
        String audience, List<AddressRange> gatewayAddresses, DatabaseUrl database, Optional<Secret> redisUrl,
        KeySettings keys, Duration refreshGrace, Hashing hashing, PasswordSettings passwords, LoginSettings login,
        Administration administration, Optional<BrokerSettings> broker, Optional<SmtpSettings> smtp, Optional<Path> mailTemplates,
        Tracing tracing, boolean apiDocs, boolean jsonLogs) {

    private static final String PROTOCOL = "http/protobuf";

    /// Copies the list.
    public Settings {
        gatewayAddresses = List.copyOf(gatewayAddresses);
    }

    /// {@return 32 bytes that encrypt at rest}
    public Secret keyEncryptionKey() {
        return keys.encryption().current();
    }

    /// How much password hashing may run at once. Every hash takes 19 MiB and about 35 ms of a core.
    ///
    /// @param permits hashes at the same time
    /// @param queue further ones that may wait
    /// @param deadline how long one waits at most before it is refused
    public record Hashing(int permits, int queue, Duration deadline) {

        /// Refuses sizes that would never hash or never refuse.
        public Hashing {
            if (permits < 1) {
                throw new IllegalArgumentException("permits: " + permits + " (expected: >= 1)");
            }
            if (queue < 1) {
                throw new IllegalArgumentException("queue: " + queue + " (expected: >= 1)");
            }
            if (!deadline.isPositive()) {
                throw new IllegalArgumentException("deadline: " + deadline + " (expected: positive)");
            }
        }
    }

    /// How accounts are administered.
    ///
    /// @param firstAdmin the address, in lower case, whose owner becomes the first administrator
    /// @param maxAge how long ago somebody may have signed in who does what a stolen session must not be able to do
    /// @param diagnostics whether `/test-db` and `/test-event` answer
    public record Administration(Optional<String> firstAdmin, Duration maxAge, boolean diagnostics) {

        static @Nullable Administration read(SettingsReader reader) {
            Optional<String> firstAdmin = reader.optional("GATEHOUSE_ADMIN_EMAIL", " ", Administration::email);
            Duration maxAge = reader.optional("GATEHOUSE_ADMIN_MAX_AGE", "15m", Administration::minutes);
            Boolean diagnostics = reader.optional("GATEHOUSE_DIAGNOSTICS", "off", Administration::onOrOff);
            return firstAdmin == null || maxAge == null || diagnostics == null
                    ? null
                    : new Administration(firstAdmin, maxAge, diagnostics);
        }

        private static Optional<String> email(String text) {
            if (!text.isBlank() && (text.indexOf('@') < 1 || text.chars().anyMatch(c -> c <= ' ' || c > '~'))) {
                throw new IllegalArgumentException("is not an e-mail address (expected: such as root@example.com)");
            }
            return text.isBlank() ? Optional.empty() : Optional.of(text.toLowerCase(Locale.ROOT));
        }

        private static Duration minutes(String text) {
            if (!text.endsWith("m")) {
                throw new IllegalArgumentException("is not a time (expected: 1m to 1440m)");
            }
            return Duration.ofMinutes(SettingsReader.number(text.substring(0, text.length() - 1), 1, 1440));
        }

        private static boolean onOrOff(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "on" -> true;
                case "off" -> false;
                default -> throw new IllegalArgumentException("is unknown (expected: on or off)");
            };
        }
    }

    /// Where spans go, in OpenTelemetry's own variables.
    ///
    /// @param endpoint takes OTLP over HTTP; empty: there are no spans
    /// @param headers that the endpoint asks for, with secret values
    /// @param share of the traces that begin here that are recorded, 0 to 1
    /// @param service what this service is called in traces
    public record Tracing(Optional<URI> endpoint, Map<String, Secret> headers, double share, String service) {

        /// Copies the headers.
        public Tracing {
            headers = Map.copyOf(headers);
        }

        static @Nullable Tracing read(SettingsReader reader) {
            Optional<URI> own = reader.optional("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", " ", text -> endpoint(text, ""));
            Optional<URI> all = reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT", " ", text -> endpoint(text, "/v1/traces"));
            Map<String, Secret> headers = reader.optional("OTEL_EXPORTER_OTLP_HEADERS", " ", Tracing::headers);
            Double share = reader.optional("OTEL_TRACES_SAMPLER_ARG", "1", Tracing::share);
            String service = reader.optional("OTEL_SERVICE_NAME", "gatehouse-auth", text -> text);
            if (own == null || all == null || headers == null || share == null || service == null) {
                return null;
            }
            Optional<URI> endpoint = own.or(() -> all);
            String protocol = endpoint.isEmpty()
                    ? ""
                    : reader.optional("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOL, Tracing::protocol);
            return protocol == null ? null : new Tracing(endpoint, headers, share, service);
        }

        private static Optional<URI> endpoint(String text, String path) {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            try {
                URI uri = new URI(text.replaceFirst("/+$", "") + path);
                if (Set.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                    return Optional.of(uri);
                }
            } catch (URISyntaxException _) {
                // its message has the text, which may have a password
            }
            throw new IllegalArgumentException("is not a URL (expected: such as http://collector:4318)");
        }

        private static Map<String, Secret> headers(String text) {
            Map<String, Secret> headers = new HashMap<>();
            for (String field : text.isEmpty() ? new String[0] : text.split(",", -1)) {
                int equals = field.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("has a field without a value (expected: name=value, commas between)");
                }
                headers.put(field.substring(0, equals).strip(),
                        Secret.of(field.substring(equals + 1).strip().getBytes(StandardCharsets.UTF_8)));
            }
            return headers;
        }

        private static double share(String text) {
            if (!text.matches("0(\\.\\d{1,9})?|1(\\.0)?")) {
                throw new IllegalArgumentException("is not a share (expected: 0 to 1)");
            }
            return Double.parseDouble(text);
        }

        private static String protocol(String text) {
            if (!text.equals(PROTOCOL)) {
                throw new IllegalArgumentException("is not spoken (expected: " + PROTOCOL + ")");
            }
            return text;
        }
    }

    /// What reading the environment gave: settings, or every reason why not.
    public sealed interface Reading {

        /// All is well.
        ///
        /// @param settings complete and checked
        record Valid(Settings settings) implements Reading {}

        /// Nothing may start.
        ///
        /// @param problems one line each, starting with the setting's name, never with its value
        record Wrong(List<String> problems) implements Reading {

            /// Copies the list.
            public Wrong {
                problems = List.copyOf(problems);
            }
        }
    }
}
