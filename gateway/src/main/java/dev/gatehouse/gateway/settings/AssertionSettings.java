package dev.gatehouse.gateway.settings;

import java.nio.file.Path;
import java.util.Optional;

/// How assertions for backends are signed. Immutable.
///
/// @param issuer their `iss` (`GATEHOUSE_ASSERTION_ISSUER`)
/// @param keys the file with the fleet's private keys (`GATEHOUSE_ASSERTION_KEYS`)
/// @param keyEncryptionKey under which keys lie in Redis (`GATEHOUSE_KEK`); 32 bytes
public record AssertionSettings(String issuer, Optional<Path> keys, Optional<Secret> keyEncryptionKey) {}
