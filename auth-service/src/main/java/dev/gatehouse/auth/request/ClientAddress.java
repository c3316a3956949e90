package dev.gatehouse.auth.request;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.AddressRange;
import dev.gatehouse.auth.settings.Settings;

/// Finds out where a request came from. What a header says counts only when the peer is a gateway of ours, and then read from
/// the right: the last address that is not itself a gateway. Does no I/O; thread-safe.
@Component
public final class ClientAddress {

    private final List<AddressRange> gateways;

    @Autowired
    ClientAddress(Settings settings) {
        this(settings.gatewayAddresses());
    }

    ClientAddress(List<AddressRange> gateways) {
        this.gateways = gateways;
    }

    /// {@return the address of whoever sent it, as far as that can be believed}
    ///
    /// @param request at hand
    public String of(HttpServletRequest request) {
        if (!isFromGateway(request)) {
            return request.getRemoteAddr();
        }
        List<String> hops = forwardedFor(request);
        Collections.reverse(hops);
        String believed = request.getRemoteAddr();
        for (String hop : hops) {
            Optional<InetAddress> address = literal(hop);
            if (address.isEmpty()) {
                return believed;
            }
            believed = address.get().getHostAddress();
            if (!isGateway(address.get())) {
                return believed;
            }
        }
        return believed;
    }

    /// {@return whether the peer is a gateway whose headers are believed}
    ///
    /// @param request at hand
    public boolean isFromGateway(HttpServletRequest request) {
        return literal(request.getRemoteAddr()).filter(this::isGateway).isPresent();
    }

    /// {@return whether a gateway or another proxy says that it passes on what somebody else sent, whether that can be believed or not}
    ///
    /// @param request at hand
    public boolean isForwarded(HttpServletRequest request) {
        return request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null;
    }

    private boolean isGateway(InetAddress address) {
        return gateways.stream().anyMatch(range -> range.contains(address));
    }

    /// `X-Forwarded-For`, or where it is absent the `for` parameters of `Forwarded` (RFC 7239).
    private static List<String> forwardedFor(HttpServletRequest request) {
        List<String> hops = elements(request, "X-Forwarded-For");
        if (!hops.isEmpty()) {
            return hops;
        }
        for (String element : elements(request, "Forwarded")) {
            hops.add(forParameter(element));
        }
        return hops;
    }

    private static List<String> elements(HttpServletRequest request, String header) {
        List<String> elements = new ArrayList<>();
        for (String line : Collections.list(request.getHeaders(header))) {
            for (String element : line.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    private static String forParameter(String element) {
        for (String parameter : element.split(";", -1)) {
            String stripped = parameter.strip();
            if (stripped.regionMatches(true, 0, "for=", 0, 4)) {
                return stripped.substring(4).replace("\"", "");
            }
        }
        return "";
    }

    /// {@return the address in `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`}
    private static Optional<InetAddress> literal(String text) {
        String address = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            address = end < 0 ? "" : text.substring(1, end);
        } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
            address = text.substring(0, text.indexOf(':'));
        }
        try {
            return Optional.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException notAddress) {
            return Optional.empty();
        }
    }
}
