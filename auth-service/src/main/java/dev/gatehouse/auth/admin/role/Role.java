package dev.gatehouse.auth.admin.role;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

/// A role, as it is stored and as administrators see it. Its text is what the entity tag is made of.
///
/// @param name as in tokens
/// @param description for administrators
/// @param scopes what its holders may do
/// @param builtIn whether it stays whoever wants it away
record Role(String name, String description, List<String> scopes, @JsonProperty("built_in") boolean builtIn) {

    /// Copies the list.
    Role {
        scopes = List.copyOf(scopes);
    }
}
