package dev.gatehouse.auth.admin.user;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.admin.user.Users.User;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.request.Described;

@RestController
class UsersController {

    private final Users users;
    private final Audited audited;

    UsersController(Users users, Audited audited) {
        this.users = users;
        this.audited = audited;
    }

    @Described(value = "Searches for users", query = {"query", "role", "locked", "limit", "cursor"})
    @GetMapping("/auth/admin/users")
    UserPage search(HttpServletRequest request, @Requires(AdminScope.USERS_READ) Admin admin) {
        UserQuery query = UserQuery.of(request);
        List<Users.Found> found = audited.read(admin, Event.of(EventType.ADMIN_USERS_READ).with("what", "search"),
                () -> users.search(query));
        return new UserPage(query.page().page(found).stream().map(each -> UserView.of(each.user())).toList(),
                query.page().next(found, Users.Found::key));
    }

    @Described(value = "A user", tells = "ETag")
    @GetMapping("/auth/admin/users/{id}")
    ResponseEntity<UserView> show(@PathVariable String id, @Requires(AdminScope.USERS_READ) Admin admin) {
        UUID known = id(id);
        return answer(audited.read(admin, Event.about(EventType.ADMIN_USERS_READ, known).with("what", "user"),
                () -> users.find(known).orElseThrow(UsersController::none)));
    }

    static ResponseEntity<UserView> answer(User user) {
        UserView view = UserView.of(user);
        return ResponseEntity.ok().eTag(EntityTag.of(view).header()).body(view);
    }

    /// {@return the id of a path; what is none is nobody's}
    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notId) {
            throw none();
        }
    }

    static Refusal none() {
        return Problem.of(ProblemCode.USER_NONE, "Search for the users that there are.").refusal();
    }

    /// A page of users.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record UserPage(@JsonInclude List<UserView> users, @JsonProperty("next_cursor") Optional<String> next) {}
}
