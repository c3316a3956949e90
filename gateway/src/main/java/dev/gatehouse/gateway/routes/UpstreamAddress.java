package dev.gatehouse.gateway.routes;

import java.net.URI;

/// Makes the address of a request at an upstream. Pure.
public final class UpstreamAddress {

    private UpstreamAddress() {}

    /// The request's address at an instance: the very bytes that were matched, less the segments that the route strips.
    ///
    /// @param origin the instance's, without a slash at its end
    /// @param query with its `?`; empty when there is none
    public static URI of(String origin, String path, int stripPrefix, String query) {
        int start = 0;
        for (int stripped = 0; stripped < stripPrefix && start >= 0; stripped++) {
            start = path.indexOf('/', start + 1);
        }
        String rest = start < 0 ? "/" : path.substring(start);
        return URI.create(origin + rest + query);
    }
}
