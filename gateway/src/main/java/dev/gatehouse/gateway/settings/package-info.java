/// The gateway's settings from the environment: read once at start, all problems reported together, each with the setting's name.
@NullMarked
package dev.gatehouse.gateway.settings;

import org.jspecify.annotations.NullMarked;
