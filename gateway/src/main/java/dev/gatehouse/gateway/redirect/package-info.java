/// The port that sends plain HTTP to https, and does nothing else.
@NullMarked
package dev.gatehouse.gateway.redirect;

import org.jspecify.annotations.NullMarked;
