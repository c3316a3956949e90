package dev.gatehouse.auth.account;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.idempotency.Idempotency;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;

@RestController
class RegisterController {

    private static final List<String> FIELDS = List.of("username", "email", "password");

    private final Registrar registrar;
    private final Idempotency idempotency;

    RegisterController(Registrar registrar, Idempotency idempotency) {
        this.registrar = registrar;
        this.idempotency = idempotency;
    }

    @Described(value = "Makes an account", body = {"username", "email", "password"}, headers = "Idempotency-Key?", status = 201)
    @PostMapping({"/auth/register", "/register", "/api/auth/register"})
    ResponseEntity<AccountView> register(HttpServletRequest request) {
        Registration wanted = parse(request);
        return idempotency.once(request, "", AccountView.class, () -> register(wanted));
    }

    private ResponseEntity<AccountView> register(Registration wanted) {
        return switch (registrar.register(wanted)) {
            case RegistrationResult.Answered(Account account) ->
                ResponseEntity.status(HttpStatus.CREATED).body(AccountView.of(account));
            case RegistrationResult.PasswordRefused(var broken) -> throw PasswordRule.refusal("/password", broken);
            case RegistrationResult.UsernameTaken() ->
                throw Problem.of(ProblemCode.USERNAME_TAKEN, "Choose another username.").refusal();
        };
    }

    private static Registration parse(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, FIELDS);
        Username username = fields.required("username", Username::new);
        EmailAddress email = fields.required("email", EmailAddress::new);
        Password password = fields.required("password", Password::chosen);
        fields.check();
        if (username == null || email == null || password == null) {
            throw new IllegalStateException("a field is missing without an error");
        }
        return new Registration(username, email, password);
    }
}
