/// The adapter to issuers that are asked about their tokens (RFC 7662): one question per token at a time, few at once, answers kept for a
/// short time, and no judgement when there is none.
@NullMarked
package dev.gatehouse.gateway.authentication.introspection;

import org.jspecify.annotations.NullMarked;
