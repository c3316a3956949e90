package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.challenge.Answer;
import dev.gatehouse.auth.challenge.SecondStep;
import dev.gatehouse.auth.grant.DeviceCookie;
import dev.gatehouse.auth.grant.Grants;
import dev.gatehouse.auth.grant.TokenAnswer;
import dev.gatehouse.auth.page.Page;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Subject;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.Throttle;

/// The second step of signing in.
@RestController
class SecondFactorController {

    private final SecondStep secondStep;
    private final SignIn signIn;
    private final Throttle throttle;
    private final Subjects subjects;
    private final Grants grants;

    SecondFactorController(SecondStep secondStep, SignIn signIn, Throttle throttle, Subjects subjects, Grants grants) {
        this.secondStep = secondStep;
        this.signIn = signIn;
        this.throttle = throttle;
        this.subjects = subjects;
        this.grants = grants;
    }

    @Described(value = "Signs in with a second factor", body = {"challenge", "method", "code"})
    @PostMapping("/auth/login/second-factor")
    ResponseEntity<TokenAnswer> answer(HttpServletRequest request) {
        Answer answer = Answer.read(request);
        Optional<String> cookie = DeviceCookie.read(request);
        Device device = grants.device(request);
        Sessions.Opened opened = secondStep.answer(answer, Optional.empty(), cookie,
                account -> Optional.of(signIn.open(account, device, cookie, answer.given().method().assurance())));
        Account account = opened.session().account();
        Subject subject = subjects.of(account.id(), account.names());
        throttle.forgive(subject);
        throttle.forgiveDevices(subject, account.sessionEpoch());
        return grants.signedIn(opened, request);
    }

    /// Sends the code of a mail again, for signing in and for showing once more who one is.
    @Described(value = "Mails the code again", body = "challenge", status = 202)
    @PostMapping("/auth/login/second-factor/email")
    ResponseEntity<Void> mailAgain(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("challenge"));
        String challenge = fields.required("challenge", text -> text);
        fields.check();
        secondStep.mailAgain(Objects.requireNonNull(challenge));
        return ResponseEntity.accepted().build();
    }

    /// What the link of such a mail opens. It does nothing: a click must not let in whoever made the mail be sent.
    @Described("The page that an older link opens")
    @GetMapping("/auth/login/code")
    ResponseEntity<String> page() {
        return Page
                .saying("Your code", "Type the code of the mail where you are signing in. If you are not, change your password:"
                        + " somebody knows it.")
                .answer(HttpStatus.OK);
    }
}
