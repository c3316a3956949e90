package dev.gatehouse.auth.admin.role;

import java.util.List;
import java.util.Objects;

import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.role.ScopeName;

/// What an administrator wants a role to be.
///
/// @param description for administrators
/// @param scopes what its holders may do
record WantedRole(String description, List<String> scopes) {

    private static final int MOST_SCOPES = 32;
    // Ten roles of this size still fit into a token that every server takes in one header.
    private static final int LONGEST_SCOPES = 400;
    private static final int LONGEST_DESCRIPTION = 200;

    /// Copies the list.
    WantedRole {
        scopes = List.copyOf(scopes);
    }

    /// {@return what stands in the body; errors are noted there}
    static WantedRole read(Fields fields) {
        String description = fields.optional("description", WantedRole::description);
        List<String> scopes = fields.requiredList("scopes", MOST_SCOPES, ScopeName::new).stream().map(ScopeName::value).toList();
        if (String.join(" ", scopes).length() > LONGEST_SCOPES) {
            fields.refuse("scopes", "is longer than " + LONGEST_SCOPES + " characters with spaces in between");
        }
        return new WantedRole(Objects.requireNonNullElse(description, ""), scopes);
    }

    Role named(String name) {
        return new Role(name, description, scopes, false);
    }

    private static String description(String text) {
        if (text.length() > LONGEST_DESCRIPTION || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "is not a description; expected at most 200 characters without control characters");
        }
        return text;
    }
}
