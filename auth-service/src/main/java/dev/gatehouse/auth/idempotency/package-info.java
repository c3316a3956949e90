/// Calls that create something once, however often they arrive (draft-ietf-httpapi-idempotency-key-header).
@NullMarked
package dev.gatehouse.auth.idempotency;

import org.jspecify.annotations.NullMarked;
