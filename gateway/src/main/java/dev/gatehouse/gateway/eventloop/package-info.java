/// The threads that all connections run on.
@NullMarked
package dev.gatehouse.gateway.eventloop;

import org.jspecify.annotations.NullMarked;
