/// How much a caller may ask for: token buckets in Redis that all instances share, and local ones while Redis is absent or slow.
@NullMarked
package dev.gatehouse.gateway.ratelimit;

import org.jspecify.annotations.NullMarked;
