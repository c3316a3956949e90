package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.challenge.SecondStep;
import dev.gatehouse.auth.grant.DeviceCookie;
import dev.gatehouse.auth.grant.Grants;
import dev.gatehouse.auth.grant.TokenAnswer;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.Sessions;

@RestController
class LoginController {

    private static final int LONGEST_LOGIN = 254; // the longest e-mail address

    private final Login login;
    private final Grants grants;

    LoginController(Login login, Grants grants) {
        this.login = login;
        this.grants = grants;
    }

    @Described(value = "Signs in", body = {"username", "password"})
    @PostMapping({"/auth/login", "/login", "/api/auth/login"})
    ResponseEntity<TokenAnswer> login(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("username", "password"));
        String name = fields.required("username", LoginController::loginName);
        Password password = fields.required("password", Password::claimed);
        fields.check();
        return switch (login.attempt(Objects.requireNonNull(name), Objects.requireNonNull(password), grants.device(request),
                DeviceCookie.read(request))) {
            case LoginResult.SignedIn(Sessions.Opened opened) -> grants.signedIn(opened, request);
            case LoginResult.SecondFactorNeeded(Challenges.Issued challenge) -> throw SecondStep.asking(challenge).refusal();
            case LoginResult.Later(var retryAfter) -> throw Problem.limited(RateLimit.SIGN_IN,
                    "Too many attempts to sign in; wait before the next.", retryAfter).refusal();
            case LoginResult.Failed() ->
                throw Problem.of(ProblemCode.LOGIN_FAILED, "Check both and try again.").refusal();
        };
    }

    private static String loginName(String text) {
        if (text.isBlank() || text.length() > LONGEST_LOGIN) {
            throw new IllegalArgumentException("is not a username or e-mail address; expected 1 to 254 characters");
        }
        return text.strip();
    }
}
