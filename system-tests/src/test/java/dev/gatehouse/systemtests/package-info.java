/// Plays users, backends and operators against the two real jars.
@NullMarked
package dev.gatehouse.systemtests;

import org.jspecify.annotations.NullMarked;
