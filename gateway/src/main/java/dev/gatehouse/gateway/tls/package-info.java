/// TLS on the public port: the certificate from PEM files, followed while the gateway runs, and what of the protocol is spoken (RFC 9325).
@NullMarked
package dev.gatehouse.gateway.tls;

import org.jspecify.annotations.NullMarked;
