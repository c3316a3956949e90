/// What a caller may do: one pure decision per route.
@NullMarked
package dev.gatehouse.gateway.authorization;

import org.jspecify.annotations.NullMarked;
