package dev.gatehouse.auth.problem;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.databind.json.JsonMapper;

/// The only place that writes an error body. Whatever reaches it becomes a [Problem]; a text of ours, never the exception's.
@RestControllerAdvice
public final class ProblemRenderer {

    /// Request attribute with the code of the problem, for the access log.
    public static final String CODE = "gatehouse.code";
    /// Request attribute with the request's id.
    public static final String REQUEST_ID = "gatehouse.requestId";

    private static final Logger LOG = LoggerFactory.getLogger(ProblemRenderer.class);
    private static final MediaType PROBLEM_JSON = MediaType.APPLICATION_PROBLEM_JSON;

    private final JsonMapper json;

    ProblemRenderer(JsonMapper json) {
        this.json = json;
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> refused(Refusal refusal, HttpServletRequest request) {
        return render(refusal.problem(), request);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<Map<String, Object>> noSuchPath(HttpServletRequest request) {
        return render(Problem.of(ProblemCode.ROUTE_NONE, "No endpoint has this path."), request);
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> noSuchMethod(HttpRequestMethodNotSupportedException exception,
            HttpServletRequest request) {
        var problem = render(Problem.of(ProblemCode.ROUTE_METHOD, "See the Allow header."), request);
        HttpHeaders headers = new HttpHeaders();
        headers.putAll(problem.getHeaders());
        var allowed = exception.getSupportedHttpMethods();
        if (allowed != null) {
            headers.setAllow(allowed);
        }
        return new ResponseEntity<>(problem.getBody(), headers, problem.getStatusCode());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> unreadable(HttpMediaTypeException exception, HttpServletRequest request) {
        return render(Problem.of(ProblemCode.REQUEST_MALFORMED, "Only application/json is spoken here."), request);
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> databaseAway(TransactionException exception, HttpServletRequest request) {
        return unavailable(exception, request);
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> database(DataAccessException exception, HttpServletRequest request) {
        return switch (exception) {
            case DataIntegrityViolationException bug -> failed(bug, request);
            case BadSqlGrammarException bug -> failed(bug, request);
            case InvalidDataAccessApiUsageException bug -> failed(bug, request);
            default -> unavailable(exception, request);
        };
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> failed(Exception exception, HttpServletRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(exception)) {
            LOG.debug("caller has gone", exception);
        } else {
            logBug(exception, request);
        }
        return render(Problem.of(ProblemCode.SERVICE_FAILED, "The log has the reason under this requestId."), request);
    }

    /// Writes a problem where no controller runs, such as in a filter.
    ///
    /// @param problem what to answer
    /// @param request the request at hand
    /// @param response not yet committed
    /// @throws IOException where the caller has gone
    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ResponseEntity<Map<String, Object>> answer = render(problem, request);
        response.setStatus(answer.getStatusCode().value());
        answer.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.getOutputStream().write(json.writeValueAsBytes(ProblemBody.of(problem, request)));
    }

    /// {@return its id, or an empty text before one was given}
    ///
    /// @param request any request
    public static String requestId(HttpServletRequest request) {
        return request.getAttribute(REQUEST_ID) instanceof String id ? id : "";
    }

    private static void logBug(Exception exception, HttpServletRequest request) {
        LOG.atError().setCause(exception).addKeyValue("request_id", requestId(request)).log("request failed");
    }

    private ResponseEntity<Map<String, Object>> unavailable(Exception exception, HttpServletRequest request) {
        LOG.atWarn().addKeyValue("request_id", requestId(request))
                .addKeyValue("reason", exception.getClass().getSimpleName()).log("database did not answer");
        return render(Problem.passing(ProblemCode.SERVICE_UNAVAILABLE, "The database does not answer at the moment.",
                Duration.ofSeconds(2)), request);
    }

    private static ResponseEntity<Map<String, Object>> render(Problem problem, HttpServletRequest request) {
        request.setAttribute(CODE, problem.code().code());
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(PROBLEM_JSON);
        headers.setCacheControl("no-store");
        challenge(problem, headers);
        problem.retryAfter().ifPresent(wait -> retry(problem, wait.plusMillis(999).toSeconds(), headers));
        return ResponseEntity.status(problem.code().status()).headers(headers).body(ProblemBody.of(problem, request));
    }

    /// @param seconds rounded up, so that nobody comes back too early
    private static void retry(Problem problem, long seconds, HttpHeaders headers) {
        long wait = Math.max(1, seconds);
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(wait));
        problem.limit().ifPresent(limit -> {
            headers.set("RateLimit-Policy", limit.policy());
            headers.set("RateLimit", limit.standing(wait));
        });
    }

    /// RFC 6750 §3: an error is named only where a token came.
    private static void challenge(Problem problem, HttpHeaders headers) {
        if (problem.code().status() == 401) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"gatehouse\"" + switch (problem.code()) {
                case AUTH_MISSING, LOGIN_FAILED, LOGIN_EXPIRED -> "";
                case AUTH_STEP_UP -> ", error=\"insufficient_user_authentication\"" + problem.maxAge()
                        .map(age -> ", max_age=\"" + age.toSeconds() + "\"").orElse("");
                default -> ", error=\"invalid_token\"";
            });
        }
    }
}
