package dev.gatehouse.auth.profile;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.page.Page;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.reauthentication.Reauthentication;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Quotas.Quota;
import dev.gatehouse.auth.token.BearerAuthentication;
import dev.gatehouse.auth.token.Caller;

@RestController
class AccountController {

    private final Deletion deletion;
    private final Export export;
    private final Proofs proofs;
    private final Reauthentication reauthentication;
    private final BearerAuthentication authentication;
    private final Quotas quotas;

    AccountController(Deletion deletion, Export export, Proofs proofs, Reauthentication reauthentication,
            BearerAuthentication authentication, Quotas quotas) {
        this.deletion = deletion;
        this.export = export;
        this.proofs = proofs;
        this.reauthentication = reauthentication;
        this.authentication = authentication;
        this.quotas = quotas;
    }

    @Described(value = "Asks for the end of the account", body = "password", status = 202)
    @DeleteMapping("/auth/account")
    ResponseEntity<DeletionView> delete(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("password"));
        Password password = fields.required("password", Password::claimed);
        fields.check();
        reauthentication.require(caller.session(), Objects.requireNonNull(password));
        return deletion.request(caller.session()).map(due -> ResponseEntity.accepted().body(new DeletionView(due)))
                .orElseThrow(() -> Problem.of(ProblemCode.ADMIN_LAST, "Give the role admin to somebody else first.").refusal());
    }

    @Described("The page that a link opens")
    @GetMapping("/auth/account/keep")
    ResponseEntity<String> keepPage(@RequestParam(defaultValue = "") String token) {
        return Page.asking("Keep your account", "It will not be deleted.", "/auth/account/keep", token, "", "Keep it")
                .answer(HttpStatus.OK);
    }

    @Described(value = "Keeps an account that was to end", body = "token?", bodyOptional = true)
    @PostMapping("/auth/account/keep")
    ResponseEntity<Void> keep(HttpServletRequest request) {
        Optional<String> token = JsonBody.readIfPresent(request, List.of("token"))
                .flatMap(fields -> fields.optionalText("token"));
        boolean kept = token.map(text -> deletion.keep(proofs.find(Purpose.KEEP_ACCOUNT, text)))
                .orElseGet(() -> deletion.keep(authentication.require(request).account().id()));
        if (!kept) {
            throw Problem.of(ProblemCode.PROOF_INVALID, "There is no account that this would keep.").refusal();
        }
        return ResponseEntity.noContent().build();
    }

    @PostMapping(path = "/auth/account/keep", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    ResponseEntity<String> keep(@RequestParam(defaultValue = "") String token) {
        return deletion.keep(proofs.find(Purpose.KEEP_ACCOUNT, token))
                ? Page.saying("Welcome back", "Your account stays. Sign in as before.").answer(HttpStatus.OK)
                : Page.saying("This link is not valid", "It may have been used or be too old.").answer(HttpStatus.BAD_REQUEST);
    }

    @Described("Everything known of whoever asks")
    @GetMapping("/auth/account/export")
    ResponseEntity<Map<String, Object>> export(Caller caller) {
        quotas.take(Quota.EXPORT, caller.account().id()).ifPresent(wait -> {
            throw Problem.limited(RateLimit.EXPORT, "Copies were taken a moment ago.", wait).refusal();
        });
        return ResponseEntity.ok().header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")
                .body(export.of(caller.session()));
    }

    /// When an account will be gone.
    record DeletionView(@JsonProperty("deletion_due_at") Instant dueAt) {}
}
