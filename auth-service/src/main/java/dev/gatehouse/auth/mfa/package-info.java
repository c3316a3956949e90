/// Second factors: an authenticator app, recovery codes, codes of mails. Read `SecondFactor` first.
///
/// A code is taken once, however many show it at the same moment: an app's by moving its last step on, the others by deleting their row.
/// Wrong ones are counted for the account, apart from wrong passwords, and for known devices apart from those of strangers.
@NullMarked
package dev.gatehouse.auth.mfa;

import org.jspecify.annotations.NullMarked;
