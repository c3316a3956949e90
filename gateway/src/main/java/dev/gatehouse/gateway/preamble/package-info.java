/// The PROXY protocol, versions 1 and 2, with which a proxy that passes connections on as they are says whose they are. It is believed of trusted proxies
/// only, and where it is demanded nothing passes without it.
@NullMarked
package dev.gatehouse.gateway.preamble;

import org.jspecify.annotations.NullMarked;
