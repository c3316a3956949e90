package dev.gatehouse.auth.account;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// The user object as clients see it.
///
/// @param id of the account
/// @param username as its owner writes it
/// @param email as its owner writes it
/// @param emailVerified whether its owner has proven to read it
/// @param roles in no particular order
/// @param admin whether `admin` is among them
/// @param createdAt when they registered
/// @param deletionDueAt when the account will be gone; absent unless its owner wants that
public record AccountView(UUID id, String username, String email,
        @JsonProperty("email_verified") boolean emailVerified, List<String> roles, @JsonProperty("is_admin") boolean admin,
        @JsonProperty("created_at") Instant createdAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("deletion_due_at") @Nullable Instant deletionDueAt) {

    /// {@return what of it may be shown to its owner}
    ///
    /// @param account to show
    public static AccountView of(Account account) {
        return new AccountView(account.id(), account.username().value(), account.email().value(),
                account.emailVerified(), account.roles(), account.isAdmin(), account.createdAt(),
                account.deletionDueAt().orElse(null));
    }
}
