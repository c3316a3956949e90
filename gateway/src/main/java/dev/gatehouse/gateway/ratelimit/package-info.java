/// How much a caller may ask for: counts in Redis that all instances share, and each instance's own count while Redis is absent or slow.
///
/// A limit is a fixed window: it passes its number of requests from the first request of a key on, and all of them again when the window is
/// over. That is the one rule whose rest and reset can be told exactly in `RateLimit`; a bucket that fills continuously passes as many at a
/// window's border and leaves the client guessing when how much comes back.
///
/// The truth is a [Bucket4j bucket in Redis][dev.gatehouse.gateway.bucket]. A [Tally][dev.gatehouse.gateway.ratelimit.Tally] is what one instance knows of it: tokens it has
/// drawn and not yet spent, what the bucket holds beyond that, and what it has granted without asking. All requests of a key that wait at
/// the same time are settled by one draw, so a hot key costs one exchange with Redis however many ask. Limits of up to 100 requests are
/// drawn request by request and exact over all instances; greater ones are drawn ahead in shares of 0.4 %, and the first requests of a window
/// are granted on credit, so that a caller far below a great limit never costs an exchange. All instances together pass at most 0.8 % more
/// than such a limit, and usually not one request more, for what was granted on credit is charged with the next draw.
///
/// The same counting serves while Redis is away: it goes on from what was last known, and what was granted meanwhile is charged when Redis is
/// back, if the window still runs. That is why there is no second kind of bucket here.
@NullMarked
package dev.gatehouse.gateway.ratelimit;

import org.jspecify.annotations.NullMarked;
