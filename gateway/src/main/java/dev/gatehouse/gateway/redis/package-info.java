/// The one Redis client of the gateway, with finite deadlines and queues. Limits and revocations share it; without `REDIS_URL` it does not exist.
@NullMarked
package dev.gatehouse.gateway.redis;

import org.jspecify.annotations.NullMarked;
