/// The signing keys, as administrators see and rotate them.
@NullMarked
package dev.gatehouse.auth.admin.key;

import org.jspecify.annotations.NullMarked;
