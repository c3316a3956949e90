package dev.gatehouse.auth.admin.user;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.admin.user.Users.User;

/// The user object with what administrators see besides. Its text is what the entity tag is made of.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record UserView(UUID id, String username, String email, @JsonProperty("email_verified") boolean emailVerified,
        @JsonInclude List<String> roles, @JsonInclude List<String> scopes, @JsonProperty("is_admin") boolean admin,
        boolean locked,
        @JsonProperty("locked_at") Optional<Instant> lockedAt, @JsonProperty("deletion_due_at") Optional<Instant> deletionDueAt,
        @JsonProperty("created_at") Instant createdAt) {

    static UserView of(User user) {
        AccountView view = AccountView.of(user.account());
        return new UserView(view.id(), view.username(), view.email(), view.emailVerified(), view.roles(),
                user.account().scopes(), view.admin(), user.account().locked(), user.lockedAt(),
                user.account().deletionDueAt(), view.createdAt());
    }
}
