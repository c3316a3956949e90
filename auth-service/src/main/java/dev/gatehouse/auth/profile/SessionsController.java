package dev.gatehouse.auth.profile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.token.Caller;

@RestController
class SessionsController {

    private final Sessions sessions;

    SessionsController(Sessions sessions) {
        this.sessions = sessions;
    }

    @Described("The devices of whoever asks")
    @GetMapping("/auth/sessions")
    Map<String, List<SessionView>> list(Caller caller) {
        UUID current = caller.session().id();
        return Map.of("sessions", sessions.living(caller.account().id()).stream()
                .map(session -> SessionView.of(session, session.id().equals(current))).toList());
    }

    @Described("Ends one session")
    @DeleteMapping("/auth/sessions/{id}")
    ResponseEntity<Void> end(@PathVariable String id, Caller caller) {
        Session session = parse(id).flatMap(known -> sessions.findLiving(known, caller.account().id())).orElseThrow(
                () -> Problem.of(ProblemCode.SESSION_NONE, "See the list of sessions for those there are.").refusal());
        sessions.end(session.id(), EndReason.REMOVED);
        return ResponseEntity.noContent().build();
    }

    private static Optional<UUID> parse(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }
}
