/// Counts of tokens that all instances share: Bucket4j's buckets in Redis, drawn from so that any number of instances can do so at once.
///
/// Bucket4j's own managers read a bucket, compute, and write it back if nobody else did so meanwhile; who lost begins again. When a window
/// begins all instances of a hot key do this at the same moment, one of them wins each round, and 16 of them need more rounds than a request has
/// time for. Here Bucket4j says what a bucket is and fills it when its window has ended, and [a script][dev.gatehouse.gateway.bucket.DrawScript] takes tokens from what it wrote:
/// within a window nobody can lose. Who loses the race to begin a window gets its tokens by the very command that lost it.
@NullMarked
package dev.gatehouse.gateway.bucket;

import org.jspecify.annotations.NullMarked;
