package dev.gatehouse.auth.mfa;

import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.grant.KnownBrowser;
import dev.gatehouse.auth.mfa.Method.Given;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.reauthentication.Reauthentication;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.token.Caller;
import dev.gatehouse.auth.totp.QrCode;
import dev.gatehouse.auth.totp.Totp;

@RestController
class MfaController {

    private final Factors factors;
    private final SecondFactor secondFactor;
    private final MailCodes mailCodes;
    private final Reauthentication reauthentication;
    private final KnownBrowser browser;
    private final String site;

    MfaController(Factors factors, SecondFactor secondFactor, MailCodes mailCodes, Reauthentication reauthentication,
            KnownBrowser browser, Settings settings) {
        this.factors = factors;
        this.secondFactor = secondFactor;
        this.mailCodes = mailCodes;
        this.reauthentication = reauthentication;
        this.browser = browser;
        this.site = settings.issuer().substring(settings.issuer().indexOf("//") + 2);
    }

    @Described("The second factors of whoever asks")
    @GetMapping("/auth/mfa")
    FactorsView show(Caller caller) {
        Enrolled enrolled = secondFactor.enrolled(caller.account().id());
        return new FactorsView(enrolled.totp(), enrolled.email(), enrolled.recoveryCodesLeft(),
                enrolled.methods().stream().map(Method::key).toList());
    }

    /// Needs a code where codes are mailed: an app takes the place of these.
    @Described(value = "Begins with an authenticator app", body = {"password", "method?", "code?"})
    @PostMapping("/auth/mfa/totp")
    AppView begin(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("password", "method", "code"));
        Password password = fields.required("password", Password::claimed);
        Method method = fields.optional("method", Method::of);
        String code = fields.optional("code", Given::code);
        fields.check();
        reauthentication.require(caller.session(), Objects.requireNonNull(password));
        Totp totp = begun(caller.session(), fields, method, code);
        String uri = totp.uri(site, caller.account().username().value());
        return new AppView(totp.text(), uri, "data:image/png;base64," + Base64.getEncoder().encodeToString(QrCode.png(uri)),
                Authenticator.ENROLMENT.toSeconds());
    }

    private Totp begun(Session session, Fields fields, @Nullable Method method, @Nullable String code) {
        Enrolled enrolled = secondFactor.enrolled(session.account().id());
        if (enrolled.totp()) {
            throw Problem.of(ProblemCode.MFA_ENROLLED, "Remove the app that there is before you add another.").refusal();
        }
        if (enrolled.methods().isEmpty()) {
            return factors.begin(session);
        }
        if (method == null || code == null) {
            fields.refuse("code", "is missing: the account asks for codes, so send one with its method");
            fields.check();
        }
        return requireCode(session, new Given(Objects.requireNonNull(method), Objects.requireNonNull(code)), Enrolled::email,
                () -> Optional.of(factors.begin(session)));
    }

    @Described(value = "Adds the app", body = "code")
    @PostMapping("/auth/mfa/totp/confirm")
    ResponseEntity<CodesView> confirm(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("code"));
        String code = fields.required("code", Given::code);
        fields.check();
        CodesView codes = new CodesView(factors.confirm(caller.session(), Objects.requireNonNull(code)).orElseThrow(
                () -> Problem.of(ProblemCode.CODE_WRONG, "Give the code that the app shows, or begin again.").refusal()));
        return ResponseEntity.ok().headers(stillKnown(request, caller)).body(codes);
    }

    @Described(value = "Removes the app", body = {"password", "method", "code"})
    @DeleteMapping("/auth/mfa/totp")
    ResponseEntity<Void> removeTotp(HttpServletRequest request, Caller caller) {
        Given given = given(request, caller.session());
        requireCode(caller.session(), given, Enrolled::totp,
                () -> factors.removeTotp(caller.session()) ? Optional.of(true) : Optional.empty());
        return ResponseEntity.noContent().headers(stillKnown(request, caller)).build();
    }

    @Described(value = "Asks for codes of mails from now on", body = "password")
    @PostMapping("/auth/mfa/email")
    ResponseEntity<Void> addEmail(HttpServletRequest request, Caller caller) {
        requirePassword(request, caller.session());
        factors.setEmail(caller.session(), true);
        return ResponseEntity.noContent().headers(stillKnown(request, caller)).build();
    }

    @Described(value = "Asks for them no more", body = {"password", "method", "code"})
    @DeleteMapping("/auth/mfa/email")
    ResponseEntity<Void> removeEmail(HttpServletRequest request, Caller caller) {
        Given given = given(request, caller.session());
        requireCode(caller.session(), given, Enrolled::email,
                () -> factors.setEmail(caller.session(), false) ? Optional.of(true) : Optional.empty());
        return ResponseEntity.noContent().headers(stillKnown(request, caller)).build();
    }

    /// Sends a code to somebody who is signed in, for what needs one.
    @Described(value = "Mails a code", status = 202)
    @PostMapping("/auth/mfa/email/code")
    ResponseEntity<Void> mail(Caller caller) {
        if (!secondFactor.enrolled(caller.account().id()).methods().contains(Method.EMAIL)) {
            throw none();
        }
        mailCodes.sendAgain(caller.account());
        return ResponseEntity.accepted().build();
    }

    /// Needs a code too: with new ones somebody who knows the password alone could do without the app.
    @Described(value = "Makes new recovery codes", body = {"password", "method", "code"})
    @PostMapping("/auth/mfa/recovery-codes")
    CodesView renewRecoveryCodes(HttpServletRequest request, Caller caller) {
        Given given = given(request, caller.session());
        return new CodesView(requireCode(caller.session(), given, enrolled -> !enrolled.methods().isEmpty(),
                () -> Optional.of(factors.renewRecoveryCodes(caller.session()))));
    }

    /// The other devices of the account are strangers from now on.
    private HttpHeaders stillKnown(HttpServletRequest request, Caller caller) {
        HttpHeaders headers = new HttpHeaders();
        browser.cookie(caller.session(), request).ifPresent(cookie -> headers.add(HttpHeaders.SET_COOKIE, cookie));
        return headers;
    }

    private void requirePassword(HttpServletRequest request, Session session) {
        Fields fields = JsonBody.read(request, List.of("password"));
        Password password = fields.required("password", Password::claimed);
        fields.check();
        reauthentication.require(session, Objects.requireNonNull(password));
    }

    private Given given(HttpServletRequest request, Session session) {
        Fields fields = JsonBody.read(request, List.of("password", "method", "code"));
        Password password = fields.required("password", Password::claimed);
        Method method = fields.required("method", Method::of);
        String code = fields.required("code", Given::code);
        fields.check();
        reauthentication.require(session, Objects.requireNonNull(password));
        return new Given(Objects.requireNonNull(method), Objects.requireNonNull(code));
    }

    private <T> T requireCode(Session session, Given given, java.util.function.Predicate<Enrolled> has,
            Supplier<Optional<T>> then) {
        Enrolled enrolled = secondFactor.enrolled(session.account().id());
        if (!has.test(enrolled)) {
            throw none();
        }
        Optional<T> result = switch (secondFactor.begin(session.account(), given, Optional.empty())) {
            case SecondFactor.Turn.Later(var retryAfter) -> throw Problem.limited(RateLimit.CODE,
                    "Too many wrong codes; wait before the next.", retryAfter).refusal();
            case SecondFactor.Turn.Yours turn when enrolled.methods().contains(given.method()) ->
                secondFactor.check(turn, Optional.empty(), then);
            case SecondFactor.Turn.Yours turn -> {
                secondFactor.refuse(turn);
                yield Optional.<T>empty();
            }
        };
        return result.orElseThrow(() -> Problem.of(ProblemCode.CODE_WRONG, "Give a code that was not used before.").refusal());
    }

    private static RuntimeException none() {
        return Problem.of(ProblemCode.MFA_NONE, "Add one first.").refusal();
    }

    /// The second factors of an account.
    record FactorsView(boolean totp, boolean email, @JsonProperty("recovery_codes_left") int recoveryCodesLeft,
            List<String> methods) {}

    /// An app to be added; `toString()` hides its secret.
    record AppView(String secret, String uri, @JsonProperty("qr_code") String qrCode,
            @JsonProperty("expires_in") long expiresIn) {

        @Override
        public String toString() {
            return "***";
        }
    }

    /// Recovery codes, which are shown once; `toString()` hides them.
    record CodesView(@JsonProperty("recovery_codes") List<String> recoveryCodes) {

        @Override
        public String toString() {
            return "***";
        }
    }
}
