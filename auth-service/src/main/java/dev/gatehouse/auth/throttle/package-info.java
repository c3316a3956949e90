/// How often passwords may be guessed. Read `Throttle` first.
///
/// Three pools, so that nobody can lock somebody else out: attempts from a device that its owner signed in from before are counted for
/// that device alone; those of strangers for the account, where they are made slower and slower and at last hopeless; and what comes
/// from one address or network for that source. For devices and accounts, counting happens before the password is looked at, so that many
/// attempts at the same moment count as many; a success takes back what was counted. For sources, failures are counted.
@NullMarked
package dev.gatehouse.auth.throttle;

import org.jspecify.annotations.NullMarked;
