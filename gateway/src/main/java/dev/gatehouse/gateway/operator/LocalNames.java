package dev.gatehouse.gateway.operator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.gatehouse.gateway.routes.Entrance;

/// The names by which the management port may be called. A page in an operator's browser can make its own name lead to 127.0.0.1 (DNS rebinding) and would
/// then be of the same origin as the management port; its requests still carry its name. Immutable.
///
/// @param names in lower case; empty: any name will do, since the port is meant to be reached from elsewhere
record LocalNames(Set<String> names) {

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    /// Copies the set.
    LocalNames {
        names = Set.copyOf(names);
    }

    /// The names of a port that listens at this address.
    ///
    /// @param configured names that are allowed besides; none on an address that is not loopback: any name will do there
    static LocalNames of(String address, List<String> configured) {
        boolean loopback = isLoopback(address);
        if (!loopback && configured.isEmpty()) {
            return new LocalNames(Set.of());
        }
        Set<String> names = new HashSet<>(configured);
        names.addAll(LOOPBACK);
        names.add(Entrance.hostName(address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]" : address));
        return new LocalNames(names);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return true; // the stricter way; the port could not be opened anyway
        }
    }

    /// Whether a request with this `Host` field means the port.
    boolean mean(String hostField) {
        return names.isEmpty() || names.contains(Entrance.hostName(hostField)) || isOtherLoopback(Entrance.hostName(hostField));
    }

    private static boolean isOtherLoopback(String name) {
        return name.matches("127(\\.[0-9]{1,3}){3}");
    }
}
