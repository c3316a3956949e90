/// How signing keys follow each other: what is due is decided by a pure function of the rows and the time
/// ([KeySchedule][dev.gatehouse.auth.keys.rotation.KeySchedule]) and done in one transaction under a lock
/// ([KeyRotation][dev.gatehouse.auth.keys.rotation.KeyRotation]), by whichever instance looks first.
@NullMarked
package dev.gatehouse.auth.keys.rotation;

import org.jspecify.annotations.NullMarked;
