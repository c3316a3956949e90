package dev.gatehouse.auth.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.ProblemRenderer;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.token.Caller;

/// Writes down what administrators asked for in vain, before they are told so: the transaction that would have had its event was rolled back, or
/// never began. Somebody else renders the refusal.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class AdminRefusals implements HandlerExceptionResolver {

    private static final String CALLER = "gatehouse.admin";
    private static final String BASE = "/auth/admin/";

    private final Audited audited;
    private final ProblemRenderer problems;

    AdminRefusals(Audited audited, ProblemRenderer problems) {
        this.audited = audited;
        this.problems = problems;
    }

    /// From now on a refusal of the request is that of somebody who may administer.
    static void begin(HttpServletRequest request, Caller caller) {
        request.setAttribute(CALLER, caller);
    }

    @Override
    public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
            @Nullable Object handler, Exception failure) {
        if (!(request.getAttribute(CALLER) instanceof Caller caller)) {
            return null;
        }
        try {
            audited.note(refused(request, caller, failure));
            return null;
        } catch (DataAccessException | TransactionException away) {
            return unavailable(request, response);
        }
    }

    private static Event refused(HttpServletRequest request, Caller caller, Exception failure) {
        String code = failure instanceof Refusal refusal ? refusal.problem().code().code() : "service.failed";
        Event event = Event.about(EventType.ADMIN_REFUSED, caller.account().id()).in(caller.session().id())
                .with("what", what(request)).with("code", code);
        return target(request).map(user -> event.with("user", user.toString())).orElse(event);
    }

    /// {@return the endpoint as a word, such as `post:users.id.lock`}
    private static String what(HttpServletRequest request) {
        String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        String path = pattern.startsWith(BASE) ? pattern.substring(BASE.length()) : pattern;
        return request.getMethod().toLowerCase(Locale.ROOT) + ":" + path.replaceAll("[{}]", "").replace('/', '.');
    }

    private static Optional<UUID> target(HttpServletRequest request) {
        try {
            return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                    && variables.get("id") instanceof String id ? Optional.of(UUID.fromString(id)) : Optional.empty();
        } catch (IllegalArgumentException notId) {
            return Optional.empty();
        }
    }

    private ModelAndView unavailable(HttpServletRequest request, HttpServletResponse response) {
        try {
            problems.write(Problem.passing(ProblemCode.SERVICE_UNAVAILABLE, "The database does not answer at the moment.",
                    Duration.ofSeconds(2)), request, response);
            return new ModelAndView();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
