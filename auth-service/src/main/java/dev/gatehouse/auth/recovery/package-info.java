/// New passwords: instead of a forgotten one, proven by mail, and instead of a known one.
@NullMarked
package dev.gatehouse.auth.recovery;

import org.jspecify.annotations.NullMarked;
