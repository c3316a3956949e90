/// Versions of what can be changed (entity tags), so that nobody overwrites what they have not seen.
@NullMarked
package dev.gatehouse.auth.precondition;

import org.jspecify.annotations.NullMarked;
