package dev.gatehouse.auth.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
/// @param keyEncryptionKey 32 bytes that encrypt keys at rest
/// @param refreshGrace how long after a rotation the previous refresh token still gets an answer
/// @param hashing how much password hashing may run at once
/// @param passwords what is asked of new passwords
/// @param login how signing in answers those who guess
/// @param broker where events go, if anywhere
/// @param smtp where mail goes, if anywhere
/// @param mailTemplates folder with templates that replace ours
/// @param jsonLogs whether log lines are JSON objects
public record Settings(int port, String address, int managementPort, String managementAddress, String issuer,
        String audience, List<AddressRange> gatewayAddresses, DatabaseUrl database, Optional<Secret> redisUrl,
        Secret keyEncryptionKey, Duration refreshGrace, Hashing hashing, PasswordSettings passwords, LoginSettings login,
        Optional<BrokerSettings> broker, Optional<SmtpSettings> smtp, Optional<Path> mailTemplates, boolean jsonLogs) {

    /// Copies the list.
    public Settings {
        gatewayAddresses = List.copyOf(gatewayAddresses);
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
