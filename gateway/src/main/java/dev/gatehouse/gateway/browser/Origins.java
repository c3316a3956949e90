package dev.gatehouse.gateway.browser;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Origins as browsers write them: scheme, host, and the port unless it is the scheme's own (RFC 6454 §6.2). Two origins are the same when their texts
/// are.
public final class Origins {

    private static final String EXPECTED = "an origin as browsers send it: https://host or http://host, a port if it is not the scheme's own;"
            + " neither * nor null";

    private Origins() {}

    /// Reads an origin of `routes.yml`.
    ///
    /// @throws IllegalArgumentException with what was expected instead
    public static String parse(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && text.equals(text.toLowerCase(Locale.ROOT))
                    && text.equals(of(uri.getScheme(), uri.getRawAuthority())) && uri.getRawUserInfo() == null
                    && isPlain(uri.getPort(), text)
                    && !text.contains("*")) {
                return text;
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new IllegalArgumentException(EXPECTED);
    }

    /// Whether a port is said as browsers do, if one is said at all.
    private static boolean isPlain(int port, String text) {
        return port < 0 ? !text.endsWith(":") : port > 0 && port <= 65_535 && text.endsWith(":" + port);
    }

    /// The origin of a request's own address.
    ///
    /// @param proto `http` or `https`
    /// @param host as in `Host`
    public static String of(String proto, String host) {
        String ownPort = proto.equals("https") ? ":443" : ":80";
        String shortest = host.endsWith(ownPort) && !host.endsWith(":" + ownPort)
                ? host.substring(0, host.length() - ownPort.length())
                : host;
        return (proto + "://" + shortest).toLowerCase(Locale.ROOT);
    }
}
