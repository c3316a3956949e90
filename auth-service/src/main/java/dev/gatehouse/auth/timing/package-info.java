/// Answers whose time tells nothing.
@NullMarked
package dev.gatehouse.auth.timing;

import org.jspecify.annotations.NullMarked;
