package dev.gatehouse.auth.profile;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.account.Username;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.token.Caller;

@RestController
class ProfileController {

    private final Renaming renaming;

    ProfileController(Renaming renaming) {
        this.renaming = renaming;
    }

    @Described("Whoever asks")
    @GetMapping({"/auth/me", "/auth/profile", "/me", "/profile", "/api/auth/profile"})
    ResponseEntity<AccountView> me(Caller caller) {
        return answer(caller.account());
    }

    @Described(value = "Changes the username", body = "username?")
    @PatchMapping({"/auth/profile", "/profile", "/api/auth/profile"})
    ResponseEntity<AccountView> change(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("username"));
        Username username = fields.optional("username", Username::new);
        fields.check();
        return answer(username == null
                ? caller.account()
                : renaming.rename(caller.account().id(), username, IfMatch.optional(request)).orElseThrow(
                        () -> Problem.of(ProblemCode.USERNAME_TAKEN, "Choose another username.").refusal()));
    }

    private static ResponseEntity<AccountView> answer(Account account) {
        AccountView view = AccountView.of(account);
        return ResponseEntity.ok().eTag(EntityTag.of(view).header()).body(view);
    }
}
