/// How many requests may be under way at once, for a route and for each of its users. Counted by this instance alone:
/// a place in Redis that a gateway holds when it is killed would stay taken until a lease ends, and every request would pay for that lease twice. What such a bound
/// protects, a backend's and this process's capacity, grows with the instances anyway.
@NullMarked
package dev.gatehouse.gateway.concurrency;

import org.jspecify.annotations.NullMarked;
