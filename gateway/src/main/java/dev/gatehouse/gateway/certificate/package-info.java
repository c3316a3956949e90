/// Client certificates: who vouches for them, and whom they name. TLS has proven by then that the client holds the key; nothing else is believed before
/// it was judged here (RFC 5280 §6).
@NullMarked
package dev.gatehouse.gateway.certificate;

import org.jspecify.annotations.NullMarked;
