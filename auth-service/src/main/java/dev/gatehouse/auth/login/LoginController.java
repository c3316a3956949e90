package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.ClientAddress;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.request.RequestFilter;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.DeviceCookies;
import dev.gatehouse.auth.token.AccessToken;
import dev.gatehouse.auth.token.SharedSecretTokens;
import dev.gatehouse.auth.token.TokenIssuer;

@RestController
class LoginController {

    private static final int LONGEST_LOGIN = 254; // the longest e-mail address

    private final Login login;
    private final TokenIssuer issuer;
    private final SharedSecretTokens older;
    private final RefreshCookie cookie;
    private final DeviceCookies devices;
    private final ClientAddress clientAddress;

    LoginController(Login login, TokenIssuer issuer, SharedSecretTokens older, RefreshCookie cookie, DeviceCookies devices,
            ClientAddress clientAddress) {
        this.login = login;
        this.issuer = issuer;
        this.older = older;
        this.cookie = cookie;
        this.devices = devices;
        this.clientAddress = clientAddress;
    }

    @Described(value = "Signs in", body = {"username", "password"})
    @PostMapping({"/auth/login", "/login", "/api/auth/login"})
    ResponseEntity<TokenAnswer> login(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("username", "password"));
        String name = fields.required("username", LoginController::loginName);
        Password password = fields.required("password", Password::claimed);
        fields.check();
        return switch (login.attempt(Objects.requireNonNull(name), Objects.requireNonNull(password), device(request),
                DeviceCookie.read(request))) {
            case LoginResult.SignedIn(Sessions.Opened opened) -> signedIn(opened, request);
            case LoginResult.Later(var retryAfter) -> throw Problem.passing(ProblemCode.LIMIT_EXCEEDED,
                    "Too many attempts to sign in; wait before the next.", retryAfter).refusal();
            case LoginResult.Failed() ->
                throw Problem.of(ProblemCode.LOGIN_FAILED, "Check both and try again.").refusal();
        };
    }

    private ResponseEntity<TokenAnswer> signedIn(Sessions.Opened opened, HttpServletRequest request) {
        request.setAttribute(RequestFilter.USER, opened.session().account().id());
        AccessToken access = issuer.issue(opened.session());
        var answer = TokenAnswer.of("Login successful", access, opened.refreshToken(), opened.session())
                .withToken(older.markedOr(request, opened.session(), access));
        return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, cookie.holding(opened.refreshToken()))
                .header(HttpHeaders.SET_COOKIE, DeviceCookie.holding(devices.issue(opened.session().account().id())))
                .body(answer);
    }

    private Device device(HttpServletRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return new Device(agent == null ? "" : agent, clientAddress.of(request));
    }

    private static String loginName(String text) {
        if (text.isBlank() || text.length() > LONGEST_LOGIN) {
            throw new IllegalArgumentException("is not a username or e-mail address; expected 1 to 254 characters");
        }
        return text.strip();
    }
}
