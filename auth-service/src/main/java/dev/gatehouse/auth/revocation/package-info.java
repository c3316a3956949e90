/// Tells every gateway, within a second, which sessions have ended.
///
/// The table `revocation` is the truth; the Redis stream `gatehouse:revocations` is how gateways learn of it. What Redis did not
/// take is sent again every second, and all of it when the stream has lost entries.
@NullMarked
package dev.gatehouse.auth.revocation;

import org.jspecify.annotations.NullMarked;
