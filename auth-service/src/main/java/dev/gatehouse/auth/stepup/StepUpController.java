package dev.gatehouse.auth.stepup;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.challenge.Answer;
import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.challenge.SecondStep;
import dev.gatehouse.auth.grant.DeviceCookie;
import dev.gatehouse.auth.grant.Grants;
import dev.gatehouse.auth.grant.TokenAnswer;
import dev.gatehouse.auth.mfa.Method;
import dev.gatehouse.auth.mfa.SecondFactor;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.reauthentication.Reauthentication;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.token.Caller;

@RestController
class StepUpController {

    private final Reauthentication reauthentication;
    private final SecondFactor secondFactor;
    private final Challenges challenges;
    private final SecondStep secondStep;
    private final Sessions sessions;
    private final Grants grants;

    StepUpController(Reauthentication reauthentication, SecondFactor secondFactor, Challenges challenges, SecondStep secondStep,
            Sessions sessions, Grants grants) {
        this.reauthentication = reauthentication;
        this.secondFactor = secondFactor;
        this.challenges = challenges;
        this.secondStep = secondStep;
        this.sessions = sessions;
        this.grants = grants;
    }

    /// The password, and then the second factor where there is one: `acr` and `auth_time` tell of the same moment.
    @Described(value = "Proves once more who asks", body = "password")
    @PostMapping("/auth/step-up")
    TokenAnswer begin(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("password"));
        Password password = fields.required("password", Password::claimed);
        fields.check();
        Session session = caller.session();
        reauthentication.require(session, Objects.requireNonNull(password));
        List<Method> methods = secondFactor.enrolled(caller.account().id()).methods();
        if (!methods.isEmpty()) {
            throw SecondStep.asking(challenges.issue(caller.account(), Optional.of(session.id()), methods)).refusal();
        }
        return grants.raised(sessions.raise(session.id(), Session.Assurance.PASSWORD).orElseThrow(
                () -> Problem.of(ProblemCode.AUTH_REVOKED, "Sign in again.").refusal()));
    }

    @Described(value = "Proves it with a second factor", body = {"challenge", "method", "code"})
    @PostMapping("/auth/step-up/second-factor")
    TokenAnswer finish(HttpServletRequest request, Caller caller) {
        Answer answer = Answer.read(request);
        return grants.raised(secondStep.answer(answer, Optional.of(caller.session().id()), DeviceCookie.read(request),
                _ -> sessions.raise(caller.session().id(), answer.given().method().assurance())));
    }
}
