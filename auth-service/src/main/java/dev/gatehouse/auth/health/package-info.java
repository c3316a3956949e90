/// Health as clients see it (`/auth/health`) and as operators see it (readiness on the management port).
@NullMarked
package dev.gatehouse.auth.health;

import org.jspecify.annotations.NullMarked;
