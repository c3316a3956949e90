/// Work that nobody waits for.
@NullMarked
package dev.gatehouse.auth.background;

import org.jspecify.annotations.NullMarked;
