package dev.gatehouse.gateway.proxies;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The proxies in front of the gateway whose word about the client counts: `GATEHOUSE_TRUSTED_PROXIES`, a list of blocks; and in which fields. Immutable.
public final class TrustedProxies {

    /// Nobody is believed; the client is who is connected.
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), TrustedFields.USUAL);

    private final List<Cidr> blocks;
    private final TrustedFields fields;

    private TrustedProxies(List<Cidr> blocks, TrustedFields fields) {
        this.blocks = List.copyOf(blocks);
        this.fields = fields;
    }

    /// Those who write what nearly every proxy writes.
    static TrustedProxies of(List<String> blocks) {
        return of(blocks, TrustedFields.USUAL);
    }

    /// Reads blocks such as `10.0.0.0/8`, `2001:db8::/32` or a bare address; throws with the first one that is none.
    ///
    /// @param fields those that they write: `for`, `proto`, `host`, or `forwarded` alone
    public static TrustedProxies of(List<String> blocks, List<String> fields) {
        return of(blocks, TrustedFields.of(fields));
    }

    private static TrustedProxies of(List<String> blocks, TrustedFields fields) {
        List<Cidr> read = new ArrayList<>();
        for (String block : blocks) {
            read.add(Cidr.parse(block.strip())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "trusted proxy: " + block + " (expected: a block such as 10.0.0.0/8)")));
        }
        return new TrustedProxies(read, fields);
    }

    /// Whether a connection from there is one of the proxies.
    public boolean trusts(InetAddress peer) {
        return !blocks.isEmpty() && trusts(IpAddress.of(peer));
    }

    /// Where a request comes from. Of a trusted proxy those fields count that it writes itself. A host that could not be one is told to nobody.
    ///
    /// @param peer who is connected
    /// @param headers the values of a field of the request, in their order
    /// @param proto `https` where the connection to us is encrypted, else `http`
    /// @param host the request's `Host`, as received; empty when there is none
    public Origin origin(InetAddress peer, Function<String, List<String>> headers, String proto, String host) {
        return Origin.of(peer, this, headers, proto, host);
    }

    /// What they write themselves.
    TrustedFields fields() {
        return fields;
    }

    private boolean trusts(IpAddress address) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// The client's address: the peer's, or, when the peer is one of the proxies, the rightmost address of `X-Forwarded-For` that is none of
    /// them. Whatever stands left of it is the client's own claim and does not count; something that is no address ends the search at the
    /// proxy that reported it.
    public String clientAddress(InetAddress peer, List<String> forwardedFor) {
        return path(peer, forwardedFor).getFirst();
    }

    /// The addresses that the request came along, as far as the proxies vouch for them: the client first, the peer last.
    List<String> path(InetAddress peer, List<String> forwardedFor) {
        if (blocks.isEmpty() || forwardedFor.isEmpty()) {
            return List.of(IpAddress.of(peer).toString());
        }
        List<String> hops = new ArrayList<>();
        for (String field : forwardedFor) {
            for (String hop : field.split(",", -1)) {
                hops.add(hop.strip());
            }
        }
        return pathAlong(peer, hops);
    }

    /// The same for hops that are cut apart already, the nearest last.
    List<String> pathAlong(InetAddress peer, List<String> hops) {
        IpAddress address = IpAddress.of(peer);
        List<String> path = new ArrayList<>();
        path.add(address.toString());
        for (int hop = hops.size() - 1; hop >= 0 && trusts(address); hop--) {
            Optional<IpAddress> next = address(hops.get(hop));
            if (next.isEmpty()) {
                break;
            }
            address = next.get();
            path.addFirst(address.toString());
        }
        return path;
    }

    /// An address, also with a port behind it or in brackets, as some proxies write it.
    private static Optional<IpAddress> address(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            boolean sound = end != -1 && (end == hop.length() - 1 || isPort(hop, end + 1));
            String inside = sound ? hop.substring(1, end) : "";
            return inside.contains(":") ? IpAddress.parse(inside) : Optional.empty();
        }
        int colon = hop.indexOf(':');
        int dot = hop.indexOf('.');
        boolean port = dot != -1 && dot < colon && isPort(hop, colon);
        return IpAddress.parse(port ? hop.substring(0, colon) : hop);
    }

    private static boolean isPort(String text, int colon) {
        if (text.charAt(colon) != ':' || colon + 1 == text.length() || text.length() - colon > 6) {
            return false;
        }
        for (int i = colon + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
