package dev.gatehouse.auth.admin.user;

import java.util.List;
import java.util.UUID;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.admin.user.Users.User;
import dev.gatehouse.auth.precondition.IfMatch;
import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.role.RoleName;

@RestController
@RequestMapping("/auth/admin/users/{id}")
class UserChangesController {

    private static final int MOST_ROLES = 10; // all are in every token

    private final UserChanges changes;
    private final RoleAssignment roles;
    private final PasswordDisabling passwords;

    UserChangesController(UserChanges changes, RoleAssignment roles, PasswordDisabling passwords) {
        this.changes = changes;
        this.roles = roles;
        this.passwords = passwords;
    }

    @Described(value = "Keeps somebody out", tells = "ETag")
    @PostMapping("/lock")
    ResponseEntity<UserView> lock(@PathVariable String id, @Requires(value = AdminScope.USERS_WRITE, recent = true) Admin admin) {
        return answer(changes.lock(admin, UsersController.id(id)));
    }

    @Described(value = "Lets them in again", tells = "ETag")
    @PostMapping("/unlock")
    ResponseEntity<UserView> unlock(@PathVariable String id,
            @Requires(value = AdminScope.USERS_WRITE, recent = true) Admin admin) {
        return answer(changes.unlock(admin, UsersController.id(id)));
    }

    @Described(value = "Vouches for an address", tells = "ETag")
    @PostMapping("/verify-email")
    ResponseEntity<UserView> verify(@PathVariable String id,
            @Requires(value = AdminScope.USERS_WRITE, recent = true) Admin admin) {
        return answer(changes.verify(admin, UsersController.id(id)));
    }

    @Described(value = "Makes somebody choose a new password", tells = "ETag")
    @PostMapping("/password-reset")
    ResponseEntity<UserView> resetPassword(@PathVariable String id,
            @Requires(value = AdminScope.USERS_WRITE, recent = true) Admin admin) {
        return answer(passwords.disable(admin, UsersController.id(id)));
    }

    @Described(value = "Removes the second factors of somebody who lost them", tells = "ETag")
    @DeleteMapping("/mfa")
    ResponseEntity<UserView> removeFactors(@PathVariable String id,
            @Requires(value = AdminScope.USERS_WRITE, recent = true) Admin admin) {
        return answer(changes.removeFactors(admin, UsersController.id(id)));
    }

    @Described(value = "Gives a user other roles", body = "roles[]", headers = "If-Match", tells = "ETag")
    @PutMapping("/roles")
    ResponseEntity<UserView> setRoles(HttpServletRequest request, @PathVariable String id,
            @Requires(value = AdminScope.ROLES_WRITE, recent = true) Admin admin) {
        UUID known = UsersController.id(id);
        IfMatch seen = IfMatch.required(request);
        Fields fields = JsonBody.read(request, List.of("roles"));
        List<RoleName> wanted = fields.requiredList("roles", MOST_ROLES, RoleName::new);
        fields.check();
        return answer(roles.assign(admin, known, wanted.stream().map(RoleName::value).toList(), seen));
    }

    static ResponseEntity<UserView> answer(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Changed(User user) -> UsersController.answer(user);
            case ChangeResult.NoUser() -> throw UsersController.none();
            case ChangeResult.Own() -> throw Problem.of(ProblemCode.ACCESS_DENIED,
                    "Remove your own with your password and a code, or ask another administrator.").refusal();
            case ChangeResult.NoFactor() -> throw Problem.of(ProblemCode.MFA_NONE, "The user has no second factor.").refusal();
            case ChangeResult.Beyond() -> throw Problem.of(ProblemCode.ACCESS_DENIED,
                    "Nobody administers, gives or takes what they may not do themselves.").refusal();
            case ChangeResult.LastAdmin() -> throw Problem.of(ProblemCode.ADMIN_LAST,
                    "Give the role admin to somebody else first.").refusal();
            case ChangeResult.Stale() -> throw IfMatch.failed();
            case ChangeResult.NoRole _ -> throw Problem.malformed(
                    List.of(new FieldError("/roles", "has a role that does not exist"))).refusal();
        };
    }
}
