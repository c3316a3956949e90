/// Copies of requests for a second backend, which nobody waits for.
@NullMarked
package dev.gatehouse.gateway.mirroring;

import org.jspecify.annotations.NullMarked;
