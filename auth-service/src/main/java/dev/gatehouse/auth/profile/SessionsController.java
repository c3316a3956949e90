package dev.gatehouse.auth.profile;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.listing.Listing;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Quotas.Quota;
import dev.gatehouse.auth.token.Caller;

@RestController
class SessionsController {

    private static final int MOST = 100; // as many as an account can have
    private static final Pattern NAME = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{0,50}");

    private final Sessions sessions;
    private final Quotas quotas;

    SessionsController(Sessions sessions, Quotas quotas) {
        this.sessions = sessions;
        this.quotas = quotas;
    }

    @Described(value = "The devices of whoever asks", query = {"limit", "cursor"})
    @GetMapping("/auth/sessions")
    SessionPage list(HttpServletRequest request, Caller caller) {
        Listing page = Listing.of(request, "sessions", MOST, MOST);
        UUID current = caller.session().id();
        List<Session> found = sessions.living(caller.account().id()).stream()
                .sorted(Comparator.comparing(SessionsController::key).reversed())
                .filter(session -> page.after().filter(last -> key(session).compareTo(last) >= 0).isEmpty())
                .limit(page.oneMore()).toList();
        return new SessionPage(
                page.page(found).stream().map(session -> SessionView.of(session, session.id().equals(current))).toList(),
                page.next(found, SessionsController::key));
    }

    @Described("Ends one session")
    @DeleteMapping("/auth/sessions/{id}")
    ResponseEntity<Void> end(@PathVariable String id, Caller caller) {
        Session session = parse(id).flatMap(known -> sessions.findLiving(known, caller.account().id()))
                .orElseThrow(SessionsController::none);
        sessions.end(session.id(), EndReason.REMOVED);
        return ResponseEntity.noContent().build();
    }

    /// By which the list is ordered, the greatest first: an account has few sessions, so this needs no index.
    private static String key(Session session) {
        return String.format(Locale.ROOT, "%020d %s", ChronoUnit.MICROS.between(Instant.EPOCH, session.lastUsedAt()),
                session.id());
    }

    /// Ends all but the one that asks.
    @Described("Ends all sessions but this")
    @DeleteMapping("/auth/sessions")
    ResponseEntity<Void> endOthers(Caller caller) {
        sessions.endOthers(caller.account().id(), caller.session().id(), EndReason.REMOVED);
        return ResponseEntity.noContent().build();
    }

    @Described(value = "Names the device of a session", body = "name")
    @PatchMapping("/auth/sessions/{id}")
    ResponseEntity<Void> rename(@PathVariable String id, HttpServletRequest request, Caller caller) {
        var fields = JsonBody.read(request, List.of("name"));
        String name = fields.required("name", SessionsController::name);
        fields.check();
        quotas.take(Quota.DEVICE_NAME, caller.account().id()).ifPresent(wait -> {
            throw Problem.limited(RateLimit.DEVICE_NAME, "Devices were named too often; wait before the next.", wait).refusal();
        });
        Optional<String> given = Optional.ofNullable(name).filter(text -> !text.isEmpty());
        if (parse(id).filter(known -> sessions.rename(known, caller.account().id(), given)).isEmpty()) {
            throw none();
        }
        return ResponseEntity.noContent().build();
    }

    private static String name(String text) {
        String name = text.strip();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("is not a name; expected up to 50 characters without controls");
        }
        return name;
    }

    private static Refusal none() {
        return Problem.of(ProblemCode.SESSION_NONE, "See the list of sessions for those there are.").refusal();
    }

    private static Optional<UUID> parse(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }

    /// A page of sessions.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record SessionPage(@JsonInclude List<SessionView> sessions, @JsonProperty("next_cursor") Optional<String> next) {}
}
