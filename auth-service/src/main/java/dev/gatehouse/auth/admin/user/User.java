package dev.gatehouse.auth.admin.user;

import java.time.Instant;
import java.util.Optional;

import dev.gatehouse.auth.account.Account;

/// An account as administrators see it.
///
/// @param account itself
/// @param lockedAt since when its owner is kept out
/// @param deletionDueAt when it will be gone, where its owner wants that
record User(Account account, Optional<Instant> lockedAt, Optional<Instant> deletionDueAt) {}
