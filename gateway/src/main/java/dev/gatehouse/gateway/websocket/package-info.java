/// WebSockets (RFC 6455): what a client's handshake asks for, and the relay of octets once the upstream has agreed.
///
/// The handshake itself is a request like any other; only its 101 changes something. From then on octets pass in both directions as they come, so that masks,
/// fragments, pings, extensions and close codes are the two ends' own. `Frames` reads along to know where a frame ends, because that is where the gateway
/// may say its own word: that a token has expired, say. Netty's types stay in `Leg`, `UpstreamSwitch`, `Relay` and `Side`.
@NullMarked
package dev.gatehouse.gateway.websocket;

import org.jspecify.annotations.NullMarked;
