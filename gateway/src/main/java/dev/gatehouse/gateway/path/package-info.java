/// Refuses request targets that two parsers could read differently, before anything is matched.
@NullMarked
package dev.gatehouse.gateway.path;

import org.jspecify.annotations.NullMarked;
