package dev.gatehouse.auth.admin.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.audit.AuditLog;
import dev.gatehouse.auth.audit.AuditQuery;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.listing.Listing;
import dev.gatehouse.auth.request.Described;

@RestController
class AuditController {

    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final int LONGEST_ACTION = 64;
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final AuditLog log;
    private final Audited audited;

    AuditController(AuditLog log, Audited audited) {
        this.log = log;
        this.audited = audited;
    }

    @Described(value = "The audit log, the newest entry first", query = {"user", "action", "from", "until", "limit", "cursor"})
    @GetMapping("/auth/admin/audit")
    EntryPage read(HttpServletRequest request, @Requires(AdminScope.AUDIT_READ) Admin admin) {
        Listing page = Listing.of(request, "audit", USUAL, MOST);
        AuditQuery query = new AuditQuery(value(request, "user", UUID::fromString, "an id"),
                value(request, "action", AuditController::action,
                        "an action, such as session.revoked, or session. for all of them"),
                value(request, "from", AuditController::time, "a time, such as 2026-11-22T10:00:00Z"),
                value(request, "until", AuditController::time, "a time, such as 2026-11-22T10:00:00Z"), page.afterNumber(),
                page.oneMore());
        List<EntryView> found = audited.read(admin, Event.of(EventType.ADMIN_AUDIT_READ),
                () -> log.find(query).entries().stream().map(EntryView::of).toList());
        return new EntryPage(page.page(found), page.next(found, entry -> Long.toString(entry.position())));
    }

    private static <T> Optional<T> value(HttpServletRequest request, String name, Function<String, T> parse, String expected) {
        try {
            return Optional.ofNullable(request.getParameter(name)).filter(text -> !text.isEmpty()).map(parse);
        } catch (IllegalArgumentException | DateTimeException refused) {
            throw Listing.refused(name, "is not " + expected);
        }
    }

    /// Years of four digits: the database has no others, or fewer than Java.
    private static Instant time(String text) {
        Instant time = Instant.parse(text);
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("time: " + time + " (expected: a year from 1 to 9999)");
        }
        return time;
    }

    private static String action(String text) {
        if (text.length() > LONGEST_ACTION || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("action: unusable (expected: the name of one)");
        }
        return text;
    }

    /// A page of the audit log, the newest entry first.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record EntryPage(@JsonInclude List<EntryView> entries, @JsonProperty("next_cursor") Optional<String> next) {}
}
