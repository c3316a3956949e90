/// The one way to Redis: one server, a sentinel group or a cluster, every call with a deadline, nothing waiting in a queue while it is
/// away.
@NullMarked
package dev.gatehouse.auth.redis;

import org.jspecify.annotations.NullMarked;
