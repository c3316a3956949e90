/// The adapter to JOSE: reads compact tokens and key sets strictly and checks signatures with Nimbus. Pure: no I/O, no clock, no state.
@NullMarked
package dev.gatehouse.gateway.authentication.jose;

import org.jspecify.annotations.NullMarked;
