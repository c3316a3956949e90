/// Whether the gateway itself has more to do than it can: then some requests are refused at once, so that the others are served in time.
@NullMarked
package dev.gatehouse.gateway.overload;

import org.jspecify.annotations.NullMarked;
