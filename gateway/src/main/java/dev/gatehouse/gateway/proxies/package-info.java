/// Whose word about the client counts: the proxies in front of the gateway, and the addresses, scheme and host that they forward. Nothing else knows their fields.
@NullMarked
package dev.gatehouse.gateway.proxies;

import org.jspecify.annotations.NullMarked;
