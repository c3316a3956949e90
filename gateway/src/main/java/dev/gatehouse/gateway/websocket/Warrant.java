package dev.gatehouse.gateway.websocket;

import java.util.Optional;

/// By what right a socket is open. Asked about twice a second, on a thread that must not wait.
@FunctionalInterface
public interface Warrant {

    /// Why it has to end; empty while it may stay.
    Optional<Ending> over();
}
