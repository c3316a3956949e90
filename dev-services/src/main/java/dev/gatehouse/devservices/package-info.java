/// Real services on loopback for development and tests, started from build artifacts.
@NullMarked
package dev.gatehouse.devservices;

import org.jspecify.annotations.NullMarked;
