package dev.gatehouse.gateway.upstream;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
public record OwnAddresses(List<Listener> listening) {

    // AWS, Azure, Google and others; AWS containers; Alibaba; AWS by IPv6; Google by name.
    private static final Set<String> SECRETS = Set.of("169.254.169.254", "169.254.170.2", "100.100.100.200",
            "fd00:ec2:0:0:0:0:0:254",
            "metadata.google.internal");
    private static final String EVERYWHERE = "0.0.0.0";

    /// Where one port listens.
    ///
    /// @param address as the setting has it
    public record Listener(String address, int port) {}

    /// As the settings say.
    public static OwnAddresses of(Function<String, @Nullable String> environment) {
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

    /// The upstream, if it may be one. Where the gateway listens on all addresses of its machine, no interface's is one. Names are taken by their spelling;
    /// whoever answers to them is not asked.
    ///
    /// @throws IllegalArgumentException saying what was expected
    public URI refuse(URI upstream) {
        String host = plain(upstream.getHost());
        if (SECRETS.contains(host)) {
            throw new IllegalArgumentException("a server of yours; there the cloud gives its secrets to whoever asks");
        }
        int port = port(upstream);
        if (listening.stream().anyMatch(listener -> listener.port() == port
                && (isAt(plain(listener.address()), host) || (isEverywhere(listener.address()) && isOwn(host))))) {
            throw new IllegalArgumentException("another server; this gateway itself listens there");
        }
        return upstream;
    }

    /// What is wrong with an address that a registry tells, which nobody has looked at; empty when nothing is. Beside what no upstream may have these are
    /// link-local addresses, whichever service waits there.
    public String wrong(URI told) {
        try {
            refuse(told);
        } catch (IllegalArgumentException expected) {
            return "expected: " + expected.getMessage();
        }
        InetAddress literal = literal(told.getHost());
        if (literal == null) {
            return "";
        }
        return literal.isLinkLocalAddress() || literal.isMulticastAddress() ? "a link-local address" : "";
    }

    private static boolean isOwn(String host) {
        InetAddress address = literal(host);
        try {
            return address != null && NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) {
            return false;
        }
    }

    private static boolean isEverywhere(String address) {
        InetAddress literal = literal(address);
        return literal != null && literal.isAnyLocalAddress();
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            int scope = host.indexOf('%'); // of an interface; it is the same kind of address on any
            return InetAddress.ofLiteral(scope < 0 ? host : host.substring(0, scope) + (host.startsWith("[") ? "]" : ""));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static int port(URI upstream) {
        return upstream.getPort() >= 0 ? upstream.getPort() : "https".equals(upstream.getScheme()) ? 443 : 80;
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
