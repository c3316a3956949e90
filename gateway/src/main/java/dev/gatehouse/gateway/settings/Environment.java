package dev.gatehouse.gateway.settings;

import org.jspecify.annotations.Nullable;

/// The process's environment, or a stand-in for it.
@FunctionalInterface
public interface Environment {

    /// The variable's value, or null when it is not set.
    @Nullable
    String get(String name);
}
