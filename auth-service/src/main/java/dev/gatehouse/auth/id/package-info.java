/// Identifiers that the service makes: UUIDs of version 7, which sort by the time they were made.
@NullMarked
package dev.gatehouse.auth.id;

import org.jspecify.annotations.NullMarked;
