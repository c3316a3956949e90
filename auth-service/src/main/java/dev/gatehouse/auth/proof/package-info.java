/// What links and codes in mails prove: that somebody reads an address. A proof is used once, however many try at the same moment,
/// because using it is deleting its row.
@NullMarked
package dev.gatehouse.auth.proof;

import org.jspecify.annotations.NullMarked;
