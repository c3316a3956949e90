package dev.gatehouse.auth.request;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.ProblemRenderer;

/// The outermost filter: gives the request its id, sets the headers every answer has, and writes one line when it is over.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestFilter extends OncePerRequestFilter {

    /// Request attribute with the id of the signed-in user, for the access log.
    public static final String USER = "gatehouse.user";
    /// Request attribute with what a refresh came to, for the access log.
    public static final String REFRESH_OUTCOME = "gatehouse.refreshOutcome";

    /// Request attribute with what an HS256 token was needed for, for the access log: `issued` or `accepted`.
    public static final String HS256 = "gatehouse.hs256";

    private static final Logger ACCESS = LoggerFactory.getLogger("access");
    private static final Pattern WELL_FORMED_ID = Pattern.compile("[A-Za-z0-9._-]{8,64}");
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern NO_WORD = Pattern.compile("[^A-Za-z0-9./;:_-]+");
    // A method is any word that a client likes; a span's name is not.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final int LONGEST_PATH_LOGGED = 200;
    private static final int LONGEST_AGENT_LOGGED = 80;

    private final ClientAddress clientAddress;
    private final Ids ids;
    private final ProblemRenderer problems;
    private final List<RequestObserver> observers;

    RequestFilter(ClientAddress clientAddress, Ids ids, ProblemRenderer problems, ObjectProvider<RequestObserver> observers) {
        this.clientAddress = clientAddress;
        this.ids = ids;
        this.problems = problems;
        this.observers = observers.stream().toList();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long start = System.nanoTime();
        String id = requestId(request);
        request.setAttribute(ProblemRenderer.REQUEST_ID, id);
        setCommonHeaders(response, id);
        Origin origin = origin(request, id);
        origin.traceId().ifPresent(trace -> MDC.put("trace_id", trace));
        try (var _ = MDC.putCloseable("request_id", id)) {
            serve(request, response, chain, origin);
        } catch (RuntimeException | ServletException escaped) {
            logger.error("request failed outside of a controller, request_id=" + id, escaped);
            if (!response.isCommitted()) {
                problems.write(Problem.of(ProblemCode.SERVICE_FAILED, "The log has the reason under this requestId."),
                        request, response);
            }
        } finally {
            MDC.remove("trace_id");
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            log(request, response, origin, took);
            for (RequestObserver observer : observers) {
                observer.ended(served(request, response, origin, took));
            }
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain, Origin origin)
            throws ServletException, IOException {
        try {
            ScopedValue.where(Origin.CURRENT, origin).call(() -> {
                chain.doFilter(request, response);
                return origin;
            });
        } catch (RuntimeException | ServletException | IOException declared) {
            throw declared;
        } catch (Exception impossible) { // a chain throws nothing else
            throw new IllegalStateException(impossible);
        }
    }

    private Origin origin(HttpServletRequest request, String id) {
        String agent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
        Optional<String> trace = Optional.ofNullable(request.getHeader("traceparent"))
                .filter(text -> clientAddress.isFromGateway(request) && TRACEPARENT.matcher(text).matches());
        return new Origin(clientAddress.of(request), agent, id, trace);
    }

    private String requestId(HttpServletRequest request) {
        String given = request.getHeader("X-Request-Id");
        return given != null && clientAddress.isFromGateway(request) && WELL_FORMED_ID.matcher(given).matches()
                ? given
                : ids.next().toString();
    }

    private static void setCommonHeaders(HttpServletResponse response, String id) {
        response.setHeader("X-Request-Id", id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
    }

    private static RequestObserver.Served served(HttpServletRequest request, HttpServletResponse response, Origin origin,
            Duration took) {
        String method = request.getMethod();
        return new RequestObserver.Served(METHODS.contains(method) ? method : "HTTP",
                Optional.ofNullable(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)).map(Object::toString),
                response.getStatus(), Optional.ofNullable(request.getAttribute(ProblemRenderer.CODE)).map(Object::toString),
                origin, took);
    }

    /// {@return what the client calls itself, as one word that could not be another field}
    private static String agent(HttpServletRequest request) {
        String agent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
        String word = NO_WORD.matcher(agent).replaceAll("_");
        return word.length() <= LONGEST_AGENT_LOGGED ? word : word.substring(0, LONGEST_AGENT_LOGGED);
    }

    private void log(HttpServletRequest request, HttpServletResponse response, Origin origin, Duration took) {
        String path = request.getRequestURI();
        var line = ACCESS.atLevel(Level.INFO)
                .addKeyValue("request_id", ProblemRenderer.requestId(request))
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path",
                        path.length() <= LONGEST_PATH_LOGGED ? path : path.substring(0, LONGEST_PATH_LOGGED))
                .addKeyValue("status", response.getStatus())
                .addKeyValue("took_ms", took.toMillis())
                .addKeyValue("client", origin.address());
        if (origin.traceId().isPresent()) {
            line = line.addKeyValue("trace_id", origin.traceId().get());
        }
        for (String attribute : new String[]{ProblemRenderer.CODE, USER, REFRESH_OUTCOME, HS256}) {
            Object value = request.getAttribute(attribute);
            if (value != null) {
                line = line.addKeyValue(attribute.substring("gatehouse.".length()), value);
            }
        }
        if (request.getAttribute(HS256) != null) {
            line = line.addKeyValue("agent", agent(request)); // the program that has to be changed
        }
        line.log("request");
    }
}
