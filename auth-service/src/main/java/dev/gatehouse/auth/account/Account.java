package dev.gatehouse.auth.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.mail.Mail.Recipient;

/// A registered person.
///
/// @param id never changes
/// @param username public name
/// @param email where mail goes
/// @param emailVerified whether its owner has proven to read it
/// @param roles in no particular order
/// @param scopes what the roles allow, each once
/// @param locked whether an administrator keeps its owner out
/// @param sessionEpoch sessions opened under a lower one have ended
/// @param signedInBefore whether their first sign-in is behind them
/// @param createdAt when they registered
/// @param deletionDueAt when it will be gone, where its owner wants that
public record Account(UUID id, Username username, EmailAddress email, boolean emailVerified, List<String> roles,
        List<String> scopes, boolean locked, int sessionEpoch, boolean signedInBefore, Instant createdAt,
        Optional<Instant> deletionDueAt) {

    /// The role that may administer.
    public static final String ADMIN = "admin";
    /// The roles somebody starts with.
    public static final List<String> FIRST_ROLES = List.of("user");

    /// Copies the lists.
    public Account {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
    }

    /// {@return what its owner may type to sign in, and what a password must not be like}
    public List<String> names() {
        return List.of(username.value(), email.value());
    }

    /// {@return where mail to its owner goes}
    public Recipient recipient() {
        Recipient owner = Recipient.of(email.value(), username.value());
        return emailVerified ? owner : owner.unprovenOf(id);
    }

    /// {@return for whom a device counts as known}
    public DeviceOwner deviceOwner() {
        return new DeviceOwner(id, sessionEpoch);
    }

    /// {@return whether this is an administrator}
    public boolean isAdmin() {
        return roles.contains(ADMIN);
    }
}
