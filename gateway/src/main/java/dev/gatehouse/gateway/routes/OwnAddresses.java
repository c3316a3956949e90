package dev.gatehouse.gateway.routes;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/// Addresses that no upstream has: those where this gateway itself listens, as far as its settings tell, and those where clouds give their secrets
/// to whoever asks from within. Immutable.
///
/// @param listening address and port of each listener; those whose port is not known beforehand are missing
record OwnAddresses(List<Listener> listening) {

    // AWS, Azure, Google and others; AWS containers; Alibaba; AWS by IPv6; Google by name.
    private static final Set<String> SECRETS = Set.of("169.254.169.254", "169.254.170.2", "100.100.100.200",
            "fd00:ec2:0:0:0:0:0:254",
            "metadata.google.internal");
    private static final String EVERYWHERE = "0.0.0.0";

    /// Where one port listens.
    ///
    /// @param address as the setting has it
    record Listener(String address, int port) {}

    static OwnAddresses of(Function<String, @Nullable String> environment) {
        return new OwnAddresses(List.of(
                new Listener(setting(environment, "GATEHOUSE_ADDRESS", EVERYWHERE), port(environment, "GATEHOUSE_PORT", "8080")),
                new Listener(setting(environment, "GATEHOUSE_ADDRESS", EVERYWHERE),
                        port(environment, "GATEHOUSE_REDIRECT_PORT", "0")),
                new Listener(setting(environment, "GATEHOUSE_MANAGEMENT_ADDRESS", "127.0.0.1"),
                        port(environment, "GATEHOUSE_MANAGEMENT_PORT", "9080"))));
    }

    private static String setting(Function<String, @Nullable String> environment, String name, String fallback) {
        String value = Objects.requireNonNullElse(environment.apply(name), "").strip();
        return value.isEmpty() ? fallback : value;
    }

    /// What is no number is reported with the other settings.
    private static int port(Function<String, @Nullable String> environment, String name, String fallback) {
        String value = setting(environment, name, fallback);
        return value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : 0;
    }

    /// The upstream, if it may be one.
    ///
    /// @throws IllegalArgumentException saying what was expected
    URI refuse(URI upstream) {
        String host = plain(upstream.getHost());
        if (SECRETS.contains(host)) {
            throw new IllegalArgumentException("a server of yours; there the cloud gives its secrets to whoever asks");
        }
        int port = upstream.getPort() >= 0 ? upstream.getPort() : "https".equals(upstream.getScheme()) ? 443 : 80;
        if (listening.stream().anyMatch(listener -> listener.port() == port && isAt(plain(listener.address()), host))) {
            throw new IllegalArgumentException("another server; this gateway itself listens there");
        }
        return upstream;
    }

    /// The one spelling of a name or an address.
    private static String plain(String host) {
        try {
            return InetAddress.ofLiteral(host).getHostAddress();
        } catch (IllegalArgumentException _) {
            String name = host.toLowerCase(Locale.ROOT);
            return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        }
    }

    private static boolean isAt(String address, String host) {
        return host.equals(address) || (isThisMachine(host) && isThisMachine(address));
    }

    private static boolean isThisMachine(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            InetAddress literal = InetAddress.ofLiteral(host);
            return literal.isLoopbackAddress() || literal.isAnyLocalAddress();
        } catch (IllegalArgumentException _) {
            return false; // a name; whoever answers to it is not asked here
        }
    }
}
