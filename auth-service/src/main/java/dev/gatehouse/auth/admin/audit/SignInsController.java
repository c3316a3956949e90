package dev.gatehouse.auth.admin.audit;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.audit.AuditLog;
import dev.gatehouse.auth.audit.AuditQuery;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.password.format.StoredHash;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.Throttle;

/// Why somebody could not sign in: what the caller of the sign-in is never told.
@RestController
class SignInsController {

    private static final int MOST = 20;

    private final Accounts accounts;
    private final AuditLog log;
    private final Audited audited;
    private final Throttle throttle;
    private final Subjects subjects;

    SignInsController(Accounts accounts, AuditLog log, Audited audited, Throttle throttle, Subjects subjects) {
        this.accounts = accounts;
        this.log = log;
        this.audited = audited;
        this.throttle = throttle;
        this.subjects = subjects;
    }

    @Described("Why somebody could not sign in")
    @GetMapping("/auth/admin/users/{id}/sign-ins")
    View explain(@PathVariable String id, @Requires(AdminScope.USERS_READ) Admin admin) {
        UUID known = id(id);
        return audited.read(admin, Event.about(EventType.ADMIN_USERS_READ, known).with("what", "sign_ins"), () -> explain(known));
    }

    private View explain(UUID id) {
        WithPassword found = accounts.find(id).orElseThrow(SignInsController::none);
        Account account = found.account();
        List<EntryView> attempts = Stream.of("user.login_failed", "user.login_succeeded", "user.locked_untrusted")
                .flatMap(type -> log.find(AuditQuery.newest(MOST).about(id).of(type)).entries().stream()).map(EntryView::of)
                .sorted(Comparator.comparingLong(EntryView::position).reversed()).limit(MOST).toList();
        return new View(account.locked(), account.emailVerified(), passwordFormat(found.passwordHash()),
                Counted.of(throttle.standing(subjects.of(id, account.names()))), attempts);
    }

    private static String passwordFormat(String hash) {
        try {
            return StoredHash.read(hash).format();
        } catch (IllegalArgumentException unusable) {
            return "unusable";
        }
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notId) {
            throw none();
        }
    }

    private static RuntimeException none() {
        return Problem.of(ProblemCode.USER_NONE, "Search for the users that there are.").refusal();
    }

    /// What decides about the user's sign-ins, and how the last ones went.
    record View(boolean locked, @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("password_format") String passwordFormat, Counted counted, List<EntryView> attempts) {}

    /// What strangers have tried since the last success, and how long they have to wait; known devices have counts of their own.
    record Counted(int passwords, @JsonProperty("password_wait_seconds") long passwordWait,
            @JsonProperty("strangers_refused") boolean strangersRefused, int codes,
            @JsonProperty("code_wait_seconds") long codeWait) {

        static Counted of(Throttle.Standing standing) {
            return new Counted(standing.passwords(), standing.passwordWait().toSeconds(), standing.hopeless(), standing.codes(),
                    standing.codeWait().toSeconds());
        }
    }
}
