/// Who may administer: what the account may do at this moment, what its token says it may, and how long ago its owner signed in.
///
/// Every call below `/auth/admin` takes an [dev.gatehouse.auth.admin.Admin] under [dev.gatehouse.auth.admin.Requires] and is written to
/// the audit log with whoever made it, readings included.
@NullMarked
package dev.gatehouse.auth.admin;

import org.jspecify.annotations.NullMarked;
