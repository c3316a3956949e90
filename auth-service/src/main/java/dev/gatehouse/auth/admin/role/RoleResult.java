package dev.gatehouse.auth.admin.role;

/// What came of what an administrator wanted of a role.
sealed interface RoleResult {

    /// It is done.
    ///
    /// @param role as it is now, or was
    record Done(Role role) implements RoleResult {}

    /// There is no such role.
    record NoRole() implements RoleResult {}

    /// There is one already.
    record Exists() implements RoleResult {}

    /// Somebody has it.
    record InUse() implements RoleResult {}

    /// The service needs it, or needs what it was to lose.
    record BuiltIn() implements RoleResult {}

    /// It may do, or was to do, more than the administrator.
    record Beyond() implements RoleResult {}

    /// It is not what the administrator saw.
    record Stale() implements RoleResult {}
}
