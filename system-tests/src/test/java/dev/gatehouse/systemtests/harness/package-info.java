/// Starts the two real jars, their services and a backend as processes, and speaks HTTP to them.
@NullMarked
package dev.gatehouse.systemtests.harness;

import org.jspecify.annotations.NullMarked;
