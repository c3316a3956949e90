/// What is refused before a request is one: every byte of a request's framing is looked at once, ahead of the HTTP codec, and only what every parser
/// reads in the same way passes (RFC 9112). Also the deadlines and bounds of a connection.
///
/// `StrictBytes` stands before the codec and sees bytes, `StrictMessages` stands behind it and sees requests; the one knows lines and chunks, the other
/// what the fields that frame a message say. What they refuse goes through the host's own way of answering unreadable requests, so that answers
/// keep the order of their requests, and the connection is closed after it.
@NullMarked
package dev.gatehouse.gateway.framing;

import org.jspecify.annotations.NullMarked;
