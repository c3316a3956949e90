/// The adapter to JOSE: reads compact tokens and key sets strictly and checks signatures by JCA, those of RSA-PSS with Nimbus. Pure: no I/O, no clock.
@NullMarked
package dev.gatehouse.gateway.authentication.jose;

import org.jspecify.annotations.NullMarked;
