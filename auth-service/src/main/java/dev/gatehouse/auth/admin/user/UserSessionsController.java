package dev.gatehouse.auth.admin.user;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.admin.user.Users.User;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

@RestController
class UserSessionsController {

    private final Users users;
    private final Sessions sessions;
    private final UserChanges changes;
    private final Audited audited;

    UserSessionsController(Users users, Sessions sessions, UserChanges changes, Audited audited) {
        this.users = users;
        this.sessions = sessions;
        this.changes = changes;
        this.audited = audited;
    }

    /// All of them: an account has at most a hundred.
    @Described("The sessions of a user")
    @GetMapping("/auth/admin/users/{id}/sessions")
    Map<String, List<View>> list(@PathVariable String id, @Requires(AdminScope.USERS_READ) Admin admin) {
        UUID known = UsersController.id(id);
        return audited.read(admin, Event.about(EventType.ADMIN_USERS_READ, known).with("what", "sessions"), () -> {
            User user = users.find(known).orElseThrow(UsersController::none);
            return Map.of("sessions", sessions.living(user.account().id()).stream().map(View::of).toList());
        });
    }

    @Described("Ends all sessions of a user")
    @DeleteMapping("/auth/admin/users/{id}/sessions")
    ResponseEntity<Void> endAll(@PathVariable String id, @Requires(AdminScope.USERS_WRITE) Admin admin) {
        UserChangesController.answer(changes.endSessions(admin, UsersController.id(id), Optional.empty()));
        return ResponseEntity.noContent().build();
    }

    @Described("Ends one session of a user")
    @DeleteMapping("/auth/admin/users/{id}/sessions/{session}")
    ResponseEntity<Void> end(@PathVariable String id, @PathVariable String session,
            @Requires(AdminScope.USERS_WRITE) Admin admin) {
        UUID known = UsersController.id(id);
        Session living = parse(session).flatMap(sid -> sessions.findLiving(sid, known)).orElseThrow(UserSessionsController::none);
        UserChangesController.answer(changes.endSessions(admin, known, Optional.of(living.id())));
        return ResponseEntity.noContent().build();
    }

    private static Optional<UUID> parse(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }

    private static Refusal none() {
        return Problem.of(ProblemCode.SESSION_NONE, "See the list of the user's sessions for those there are.").refusal();
    }

    /// A session as administrators see it.
    record View(UUID id, @JsonProperty("client_id") String clientId, @JsonProperty("user_agent") String userAgent, String address,
            @JsonProperty("auth_time") Instant authenticatedAt, @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("last_used_at") Instant lastUsedAt, @JsonProperty("expires_at") Instant expiresAt) {

        static View of(Session session) {
            return new View(session.id(), session.clientId(), session.device().userAgent(), session.device().address(),
                    session.authenticatedAt(), session.createdAt(), session.lastUsedAt(), session.expiresAt());
        }
    }
}
