/// What happens here, told to the rest of the system: an outbox that is written in the transaction of the change, and a publisher
/// that carries it to the broker.
///
/// Other packages say `events.append(Event.about(EventType.PASSWORD_CHANGED, user))` inside their transaction and are done; the
/// audit log is written from the same rows.
@NullMarked
package dev.gatehouse.auth.events;

import org.jspecify.annotations.NullMarked;
