/// The audit log, as administrators read it.
@NullMarked
package dev.gatehouse.auth.admin.audit;

import org.jspecify.annotations.NullMarked;
