package dev.gatehouse.gateway.websocket;

import java.util.Locale;

/// How a socket came to its end, and what each side is told if it has not been told by the other (RFC 6455 §7.4, and the registry it set up).
public enum Ending {

    /// The client closed it.
    CLIENT(1001, 1001),
    /// The upstream closed it.
    UPSTREAM(1001, 1001),
    /// The client's connection ended without a word.
    CLIENT_LOST(1001, 1001),
    /// The upstream's connection ended without a word; 1014: bad gateway.
    UPSTREAM_LOST(1014, 1001),
    /// The client sent what is no frame.
    CLIENT_BROKEN(1002, 1001),
    /// The upstream sent what is no frame.
    UPSTREAM_BROKEN(1014, 1002),
    /// The client sent a frame longer than the route takes.
    CLIENT_FRAME(1009, 1001),
    /// The upstream sent a frame longer than the route takes.
    UPSTREAM_FRAME(1014, 1009),
    /// Nobody said anything for longer than the route waits.
    IDLE(1001, 1001),
    /// The client's token has expired.
    EXPIRED(4401, 1001),
    /// The session of the client's token has ended.
    REVOKED(4401, 1001),
    /// The gateway stops.
    STOPPED(1001, 1001);

    private final int client;
    private final int upstream;

    Ending(int client, int upstream) {
        this.client = client;
        this.upstream = upstream;
    }

    int client() {
        return client;
    }

    int upstream() {
        return upstream;
    }

    /// As metrics and logs name it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Ending brokenByClient(int code) {
        return code == CLIENT_FRAME.client ? CLIENT_FRAME : CLIENT_BROKEN;
    }

    static Ending brokenByUpstream(int code) {
        return code == UPSTREAM_FRAME.upstream ? UPSTREAM_FRAME : UPSTREAM_BROKEN;
    }
}
