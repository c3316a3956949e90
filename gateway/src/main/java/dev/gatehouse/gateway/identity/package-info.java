/// What passes to a backend: the only place that knows header names. Strips what a client may not say and writes what the gateway knows.
@NullMarked
package dev.gatehouse.gateway.identity;

import org.jspecify.annotations.NullMarked;
