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
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Quotas.Quota;
import dev.gatehouse.auth.token.Caller;

@RestController
class ProfileController {

    private final Renaming renaming;
    private final Quotas quotas;

    ProfileController(Renaming renaming, Quotas quotas) {
        this.renaming = renaming;
        this.quotas = quotas;
    }

    @Described(value = "Whoever asks", tells = "ETag")
    @GetMapping({"/auth/me", "/auth/profile", "/me", "/profile", "/api/auth/profile"})
    ResponseEntity<AccountView> me(Caller caller) {
        return answer(caller.account());
    }

    @Described(value = "Changes the username", body = "username?", headers = "If-Match?", tells = "ETag")
    @PatchMapping({"/auth/profile", "/profile", "/api/auth/profile"})
    ResponseEntity<AccountView> change(HttpServletRequest request, Caller caller) {
        Fields fields = JsonBody.read(request, List.of("username"));
        Username username = fields.optional("username", Username::new);
        fields.check();
        return answer(username == null ? caller.account() : renamed(caller.session(), username, IfMatch.optional(request)));
    }

    private Account renamed(Session session, Username username, IfMatch seen) {
        quotas.take(Quota.NAME, session.account().id()).ifPresent(wait -> {
            throw Problem.limited(RateLimit.USERNAME, "Too many other names were tried; wait before the next.", wait).refusal();
        });
        return renaming.rename(session, username, seen)
                .orElseThrow(() -> Problem.of(ProblemCode.USERNAME_TAKEN, "Choose another username.").refusal());
    }

    private static ResponseEntity<AccountView> answer(Account account) {
        AccountView view = AccountView.of(account);
        return ResponseEntity.ok().eTag(EntityTag.of(view).header()).body(view);
    }
}
