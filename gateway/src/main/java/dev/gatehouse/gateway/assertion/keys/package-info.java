/// The keys that sign assertions: where they come from, who signs now, what is published.
@NullMarked
package dev.gatehouse.gateway.assertion.keys;

import org.jspecify.annotations.NullMarked;
