package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;

/// What a proxy said about a connection before its first request.
public sealed interface Preamble {

    /// It does not say whose connection it is: the proxy's own, as for a health check, or one of a client without an address of the Internet.
    Preamble UNTOLD = new Untold();

    /// It passes somebody's connection on.
    ///
    /// @param address whose
    record Client(InetAddress address) implements Preamble {}

    /// See [#UNTOLD].
    record Untold() implements Preamble {}
}
