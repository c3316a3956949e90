/// The gateway's signed word to a backend about who is calling: a compact JWS (RFC 7515) in `X-Gatehouse-Assertion`, and the public keys
/// to check it with. Knows callers, not tokens: whoever asks has authenticated the caller just before, for this request.
///
/// Decisions. The type is `gatehouse-assertion+jwt` (RFC 8725 §3.11), so that no other JWT of the fleet passes for one. There is no `jti`: a
/// signed text serves several requests, whoever refused its second use would refuse good requests. `exp` is 60 s away, earlier where the
/// caller's token ends earlier, but never less than 30 s: a backend must have time to look, and the gateway has found the caller good now.
@NullMarked
package dev.gatehouse.gateway.assertion;

import org.jspecify.annotations.NullMarked;
