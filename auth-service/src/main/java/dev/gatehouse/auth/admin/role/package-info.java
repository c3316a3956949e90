/// Roles and their scopes, as administrators make and change them.
@NullMarked
package dev.gatehouse.auth.admin.role;

import org.jspecify.annotations.NullMarked;
