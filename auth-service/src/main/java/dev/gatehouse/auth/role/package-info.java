/// Roles: their names, and who administers.
@NullMarked
package dev.gatehouse.auth.role;

import org.jspecify.annotations.NullMarked;
