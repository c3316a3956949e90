package dev.gatehouse.auth.recovery;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.grant.KnownBrowser;
import dev.gatehouse.auth.page.Page;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Try;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.token.Caller;

@RestController
class PasswordController {

    private static final String FIELD = """
            <label>New password<input type="password" name="password" autocomplete="new-password" required></label>""";

    private final PasswordReset reset;
    private final PasswordChange change;
    private final Proofs proofs;
    private final KnownBrowser browser;

    PasswordController(PasswordReset reset, PasswordChange change, Proofs proofs, KnownBrowser browser) {
        this.reset = reset;
        this.change = change;
        this.proofs = proofs;
        this.browser = browser;
    }

    @Described(value = "Asks for a new password", body = "email", status = 202)
    @PostMapping("/auth/password/forgot")
    ResponseEntity<Map<String, UUID>> forgot(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("email"));
        EmailAddress email = fields.required("email", EmailAddress::new);
        fields.check();
        return ResponseEntity.accepted().body(Map.of("request_id", reset.request(Objects.requireNonNull(email))));
    }

    @Described("The page that a link opens")
    @GetMapping("/auth/password/reset")
    ResponseEntity<String> page(@RequestParam(defaultValue = "") String token) {
        return token.isEmpty()
                ? Page.saying("Your password", "To choose a new one, ask for a mail on the page where you sign in.")
                        .answer(HttpStatus.OK)
                : Page.asking("New password", "All your other sessions will end.", "/auth/password/reset", token, FIELD,
                        "Change it")
                        .answer(HttpStatus.OK);
    }

    @Described(value = "Chooses a new password", body = {"token?", "request_id?", "code?", "password"})
    @PostMapping("/auth/password/reset")
    ResponseEntity<Void> reset(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("token", "request_id", "code", "password"));
        String token = fields.optional("token", text -> text);
        UUID id = fields.optional("request_id", PasswordController::uuid);
        String code = fields.optional("code", text -> text);
        Password password = fields.required("password", Password::chosen);
        fields.check();
        return answer(reset.reset(() -> shown(token, id, code), Objects.requireNonNull(password)), "/password", request);
    }

    @PostMapping(path = "/auth/password/reset", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    ResponseEntity<String> reset(@RequestParam(defaultValue = "") String token,
            @RequestParam(defaultValue = "") String password, HttpServletRequest request) {
        Password wanted;
        try {
            wanted = Password.chosen(password);
        } catch (IllegalArgumentException wrongLength) {
            return refused(token, "The password " + wrongLength.getMessage() + ".");
        }
        return switch (reset.reset(() -> shown(token, null, null), wanted)) {
            case PasswordOutcome.Changed(var owner) -> Page.saying("Done", "Your password is changed. Sign in with it.")
                    .answer(HttpStatus.OK, HttpHeaders.SET_COOKIE, browser.cookie(owner, request));
            case PasswordOutcome.Refused(var broken) -> refused(token, "The password " + broken.getFirst().detail() + ".");
            case PasswordOutcome.NotProven(),PasswordOutcome.WrongPassword(),PasswordOutcome.Later _ ->
                Page.saying("This link is not valid", "It may have been used or be too old. Ask for another one.")
                        .answer(HttpStatus.BAD_REQUEST);
        };
    }

    @Described(value = "Changes the password", body = {"current_password", "new_password"})
    @PostMapping("/auth/password/change")
    ResponseEntity<Void> change(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("current_password", "new_password"));
        Password inUse = fields.required("current_password", Password::claimed);
        Password wanted = fields.required("new_password", Password::chosen);
        fields.check();
        return answer(change.change(caller.session(), Objects.requireNonNull(inUse), Objects.requireNonNull(wanted)),
                "/new_password", request);
    }

    private Try shown(@Nullable String token, @Nullable UUID id, @Nullable String code) {
        if (token != null) {
            return proofs.find(Purpose.RESET_PASSWORD, token).<Try>map(Try.Right::new).orElseGet(Try.None::new);
        }
        return id == null || code == null ? new Try.None() : proofs.tryCode(Purpose.RESET_PASSWORD, id, code);
    }

    private ResponseEntity<Void> answer(PasswordOutcome outcome, String pointer, HttpServletRequest request) {
        return switch (outcome) {
            case PasswordOutcome.Changed(var owner) ->
                ResponseEntity.noContent().header(HttpHeaders.SET_COOKIE, browser.cookie(owner, request)).build();
            case PasswordOutcome.NotProven() ->
                throw Problem.of(ProblemCode.PROOF_INVALID, "Ask for another mail.").refusal();
            case PasswordOutcome.WrongPassword() ->
                throw Problem.of(ProblemCode.PASSWORD_WRONG, "Give the password of this account.").refusal();
            case PasswordOutcome.Later(var retryAfter) -> throw Problem.limited(RateLimit.PASSWORD,
                    "Too many wrong passwords; wait before the next.", retryAfter).refusal();
            case PasswordOutcome.Refused(var broken) -> throw PasswordRule.refusal(pointer, broken);
        };
    }

    private static ResponseEntity<String> refused(String token, String why) {
        return Page.asking("New password", why, "/auth/password/reset", token, FIELD, "Change it").answer(HttpStatus.BAD_REQUEST);
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notId) {
            throw new IllegalArgumentException("is not an id; expected the one of the answer", notId);
        }
    }
}
