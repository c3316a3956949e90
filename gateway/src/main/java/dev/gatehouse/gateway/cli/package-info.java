/// The gateway's command line. Runs without Spring, so that a check is an affair of a moment.
@NullMarked
package dev.gatehouse.gateway.cli;

import org.jspecify.annotations.NullMarked;
