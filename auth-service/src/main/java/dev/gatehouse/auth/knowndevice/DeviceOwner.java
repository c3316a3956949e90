package dev.gatehouse.auth.knowndevice;

import java.util.UUID;

/// An account as it is until its password or a second factor changes.
///
/// @param account its id
/// @param epoch its `session_epoch`
public record DeviceOwner(UUID account, int epoch) {}
