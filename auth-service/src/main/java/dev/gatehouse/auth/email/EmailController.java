package dev.gatehouse.auth.email;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.email.EmailChange.Progress;
import dev.gatehouse.auth.email.EmailVerification.By;
import dev.gatehouse.auth.page.Page;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.reauthentication.Reauthentication;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.token.BearerAuthentication;
import dev.gatehouse.auth.token.Caller;

@RestController
class EmailController {

    private static final Page INVALID = Page.saying("This link is not valid", "It may have been used or be too old.");

    private final EmailVerification verification;
    private final EmailChange change;
    private final Proofs proofs;
    private final Reauthentication reauthentication;
    private final BearerAuthentication authentication;

    EmailController(EmailVerification verification, EmailChange change, Proofs proofs, Reauthentication reauthentication,
            BearerAuthentication authentication) {
        this.verification = verification;
        this.change = change;
        this.proofs = proofs;
        this.reauthentication = reauthentication;
        this.authentication = authentication;
    }

    @Described("The page that a link opens")
    @GetMapping("/auth/email/verify")
    ResponseEntity<String> verifyPage(@RequestParam(defaultValue = "") String token) {
        return Page.asking("Your address", "Confirm that this address is yours.", "/auth/email/verify", token, "", "Confirm")
                .answer(HttpStatus.OK);
    }

    @Described(value = "Proves the address", body = {"token?", "code?"})
    @PostMapping("/auth/email/verify")
    ResponseEntity<Void> verify(HttpServletRequest request) {
        Shown shown = shown(request, List.of(Purpose.VERIFY_EMAIL));
        if (!verification.verify(shown.proof().get(), shown.by())) {
            throw notProven();
        }
        return ResponseEntity.noContent().build();
    }

    @PostMapping(path = "/auth/email/verify", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    ResponseEntity<String> verify(@RequestParam(defaultValue = "") String token) {
        return verification.verify(proofs.find(Purpose.VERIFY_EMAIL, token), By.LINK)
                ? Page.saying("Thank you", "Your address is confirmed.").answer(HttpStatus.OK)
                : INVALID.answer(HttpStatus.BAD_REQUEST);
    }

    @Described(value = "Sends the mail again", status = 202)
    @PostMapping("/auth/email/resend")
    ResponseEntity<Void> resend(Caller caller) {
        verification.sendAgain(caller.account());
        return ResponseEntity.accepted().build();
    }

    @Described(value = "Asks for another address", body = {"email", "password"}, status = 202)
    @PostMapping("/auth/email/change")
    ResponseEntity<Void> change(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("email", "password"));
        EmailAddress wanted = fields.required("email", EmailAddress::new);
        Password password = fields.required("password", Password::claimed);
        fields.check();
        reauthentication.require(caller.session(), Objects.requireNonNull(password));
        if (!change.request(caller.session(), Objects.requireNonNull(wanted))) {
            throw Problem.limited(RateLimit.MAIL, "Mails were sent a moment ago.", Duration.ofMinutes(1)).refusal();
        }
        return ResponseEntity.accepted().build();
    }

    @Described("The page that a link opens")
    @GetMapping("/auth/email/change")
    ResponseEntity<String> changePage(@RequestParam(defaultValue = "") String token) {
        return Page.asking("Another address",
                "Confirm that the account is to have another address. It changes once both addresses have"
                        + " confirmed.",
                "/auth/email/change/confirm", token, "", "Confirm").answer(HttpStatus.OK);
    }

    @Described(value = "Proves one of both addresses", body = {"token?", "code?"})
    @PostMapping("/auth/email/change/confirm")
    Map<String, String> confirm(HttpServletRequest request) {
        Shown shown = shown(request, List.of(Purpose.CHANGE_EMAIL_NEW, Purpose.CHANGE_EMAIL_OLD));
        return switch (change.confirm(shown.proof(), shown.by())) {
            case NOT_PROVEN -> throw notProven();
            case CODE_NEEDED -> throw Problem.of(ProblemCode.EMAIL_UNVERIFIED,
                    "The account has second factors: send the code of the mail to the new address, signed in.").refusal();
            case HALF -> Map.of("status", "waiting_for_other_address");
            case CHANGED -> Map.of("status", "changed");
        };
    }

    @PostMapping(path = "/auth/email/change/confirm", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    ResponseEntity<String> confirm(@RequestParam(defaultValue = "") String token) {
        Progress progress = change.confirm(() -> proofs.find(Purpose.CHANGE_EMAIL_NEW, token)
                .or(() -> proofs.find(Purpose.CHANGE_EMAIL_OLD, token)), By.LINK);
        return switch (progress) {
            case NOT_PROVEN -> INVALID.answer(HttpStatus.BAD_REQUEST);
            case CODE_NEEDED -> Page.saying("This needs the code",
                    "The account has second factors: sign in and type the code of the mail to the new address.")
                    .answer(HttpStatus.CONFLICT);
            case HALF -> Page.saying("Thank you", "Now confirm at the other address.").answer(HttpStatus.OK);
            case CHANGED -> Page.saying("Done", "The account has its new address.").answer(HttpStatus.OK);
        };
    }

    /// By the token of a link, or by a code from somebody who is signed in.
    private Shown shown(HttpServletRequest request, List<Purpose> purposes) {
        Fields fields = JsonBody.read(request, List.of("token", "code"));
        Optional<String> token = fields.optionalText("token");
        Optional<String> code = fields.optionalText("code");
        if (token.isPresent()) {
            return new Shown(
                    () -> purposes.stream().flatMap(purpose -> proofs.find(purpose, token.get()).stream()).findFirst(), By.LINK);
        }
        if (code.isEmpty()) {
            return new Shown(Optional::empty, By.LINK);
        }
        Caller caller = authentication.require(request);
        return new Shown(() -> proofs.findNewest(purposes, caller.account().id(), code.get()), By.OWNER_WITH_CODE);
    }

    private static Refusal notProven() {
        return Problem.of(ProblemCode.PROOF_INVALID, "Ask for another mail.").refusal();
    }

    private record Shown(Supplier<Optional<Proof>> proof, By by) {}
}
