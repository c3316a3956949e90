package dev.gatehouse.gateway.routes;

import java.net.URI;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Picks one of a route's upstreams by weight, and makes the address of a request there. Thread-safe.
public final class UpstreamChoice {

    private final String[] origins;
    private final int[] upTo;
    private final IntUnaryOperator random;

    /// Chooses among these.
    ///
    /// @param random a number from 0 to below the argument
    public UpstreamChoice(List<Upstream> upstreams, IntUnaryOperator random) {
        this.origins = new String[upstreams.size()];
        this.upTo = new int[upstreams.size()];
        this.random = random;
        int sum = 0;
        for (int i = 0; i < origins.length; i++) {
            origins[i] = originOf(upstreams.get(i));
            sum = Math.addExact(sum, upstreams.get(i).weight());
            upTo[i] = sum;
        }
    }

    /// One origin, without a trailing slash.
    public String next() {
        if (origins.length == 1) {
            return origins[0];
        }
        int point = random.applyAsInt(upTo[upTo.length - 1]);
        int i = 0;
        while (point >= upTo[i]) {
            i++;
        }
        return origins[i];
    }

    /// The upstream's origin, without a trailing slash.
    public static String originOf(Upstream upstream) {
        String origin = upstream.origin().toString();
        return origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin;
    }

    /// The request's address at an origin: the very bytes that were matched, less the segments that the route strips.
    public static URI address(String origin, String path, int stripPrefix, String query) {
        int start = 0;
        for (int stripped = 0; stripped < stripPrefix && start >= 0; stripped++) {
            start = path.indexOf('/', start + 1);
        }
        String rest = start < 0 ? "/" : path.substring(start);
        return URI.create(query.isEmpty() ? origin + rest : origin + rest + '?' + query);
    }
}
