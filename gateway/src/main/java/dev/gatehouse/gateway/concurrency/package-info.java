/// How many requests may be under way at once, for a route and for each of its users. Counted by this instance alone.
@NullMarked
package dev.gatehouse.gateway.concurrency;

import org.jspecify.annotations.NullMarked;
