/// The audit log: who did what, when, from where, and what came of it. Rows are only ever added, and each holds a hash over itself and
/// the one before, so that whoever changes or removes one is found out.
///
/// Rows are made from the outbox by one writer at a time. Chaining them in the transaction of each change instead would make all
/// sign-ins of all instances queue for one lock; so the chain is a moment behind, and what is not in it yet is still in the
/// outbox.
@NullMarked
package dev.gatehouse.auth.audit;

import org.jspecify.annotations.NullMarked;
