/// The same for HTTP/2 (RFC 9113): what may not be read in two ways is refused stream by stream, and what costs the gateway more than the client ends the
/// connection.
///
/// `FrameHeads` stands before the codec and sees octets, `Streams` stands behind it and sees frames of all streams, ahead of the host's handler that makes
/// a channel of each stream. Netty's codec itself bounds streams, header lists, small CONTINUATION frames, empty DATA frames and resets in both
/// directions; the bounds are set where the server is made.
@NullMarked
package dev.gatehouse.gateway.framing.http2;

import org.jspecify.annotations.NullMarked;
