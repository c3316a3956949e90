/// Where a request lives: on the event loop of its client's connection.
@NullMarked
package dev.gatehouse.gateway.loop;

import org.jspecify.annotations.NullMarked;
