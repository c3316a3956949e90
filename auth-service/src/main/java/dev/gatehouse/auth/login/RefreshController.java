package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Optional;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.grant.Grants;
import dev.gatehouse.auth.grant.RefreshCookie;
import dev.gatehouse.auth.grant.TokenAnswer;
import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.request.RequestFilter;
import dev.gatehouse.auth.session.RefreshRequest;
import dev.gatehouse.auth.session.RefreshResult;
import dev.gatehouse.auth.session.RefreshResult.Reason;
import dev.gatehouse.auth.session.Refreshing;

@RestController
class RefreshController {

    private static final String OUTCOME = "refresh-outcome";

    private final Refreshing refreshing;
    private final Grants grants;
    private final RefreshCookie cookie;
    private final MeterRegistry meters;

    RefreshController(Refreshing refreshing, Grants grants, RefreshCookie cookie, MeterRegistry meters) {
        this.refreshing = refreshing;
        this.grants = grants;
        this.cookie = cookie;
        this.meters = meters;
    }

    @Described(value = "Exchanges a refresh token", body = "refresh_token?", bodyOptional = true, tells = "refresh-outcome")
    @PostMapping({"/auth/refresh", "/refresh"})
    ResponseEntity<TokenAnswer> refresh(HttpServletRequest request, HttpServletResponse response) {
        RefreshResult result = refreshing.refresh(RefreshRequest.firstParty(presentedToken(request)));
        report(result, request, response);
        return switch (result) {
            case RefreshResult.Renewed renewed -> grants.refreshed(renewed, request);
            case RefreshResult.Refused(Reason reason) -> {
                response.addHeader(HttpHeaders.SET_COOKIE, cookie.cleared());
                throw problem(reason).refusal();
            }
        };
    }

    /// {@return the token of the body or else of the cookie}
    private String presentedToken(HttpServletRequest request) {
        List<String> known = List.of("refresh_token");
        Optional<Fields> body = JsonBody.readIfPresent(request, known);
        Optional<String> token = body.flatMap(fields -> fields.optionalText("refresh_token")).or(() -> cookie.read(request));
        if (token.isEmpty() && (body.isPresent() || request.getContentType() != null)) {
            throw Problem.malformed(List.of(new FieldError("/refresh_token", "is missing"))).refusal();
        }
        return token.orElseThrow(() -> Problem
                .of(ProblemCode.AUTH_MISSING, "Send the refresh token as refresh_token or as the cookie.").refusal());
    }

    private void report(RefreshResult result, HttpServletRequest request, HttpServletResponse response) {
        Optional<String> outcome = switch (result) {
            case RefreshResult.Renewed renewed -> Optional.of(renewed.outcome().header());
            case RefreshResult.Refused(Reason reason) -> reason.header();
        };
        outcome.ifPresent(name -> {
            response.setHeader(OUTCOME, name);
            request.setAttribute(RequestFilter.REFRESH_OUTCOME, name);
        });
        meters.counter("gatehouse.refresh", "outcome", outcome.orElse("refused")).increment();
    }

    private static Problem problem(Reason reason) {
        String detail = "Sign in again.";
        return switch (reason) {
            case INVALID -> Problem.of(ProblemCode.AUTH_INVALID, detail);
            case EXPIRED -> Problem.of(ProblemCode.AUTH_EXPIRED, detail);
            case REVOKED, REUSED -> Problem.of(ProblemCode.AUTH_REVOKED, detail);
        };
    }
}
