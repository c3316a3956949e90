package dev.gatehouse.auth.admin.role;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.idempotency.Idempotency;
import dev.gatehouse.auth.listing.Listing;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.role.RoleName;

@RestController
@RequestMapping("/auth/admin/roles")
class RolesController {

    private static final int USUAL = 50;
    private static final int MOST = 200;

    private final Roles roles;
    private final RoleChanges changes;
    private final Audited audited;
    private final Idempotency idempotency;

    RolesController(Roles roles, RoleChanges changes, Audited audited, Idempotency idempotency) {
        this.idempotency = idempotency;
        this.roles = roles;
        this.changes = changes;
        this.audited = audited;
    }

    @Described(value = "The roles", query = {"limit", "cursor"})
    @GetMapping
    RolePage list(HttpServletRequest request, @Requires(AdminScope.USERS_READ) Admin admin) {
        Listing page = Listing.of(request, "roles", USUAL, MOST);
        List<Role> found = audited.read(admin, Event.of(EventType.ADMIN_ROLES_READ), () -> roles.list(page));
        return new RolePage(page.page(found), page.next(found, Role::name));
    }

    @Described(value = "A role", tells = "ETag")
    @GetMapping("/{name}")
    ResponseEntity<Role> show(@PathVariable String name, @Requires(AdminScope.USERS_READ) Admin admin) {
        return ok(audited.read(admin, Event.of(EventType.ADMIN_ROLES_READ),
                () -> find(name).orElseThrow(RolesController::none)));
    }

    @Described(value = "Makes a role", body = {"name", "description?", "scopes[]"}, headers = "Idempotency-Key?", tells = {"ETag",
            "Location"}, status = 201)
    @PostMapping
    ResponseEntity<Role> create(HttpServletRequest request,
            @Requires(value = AdminScope.ROLES_WRITE, recent = true) Admin admin) {
        var fields = JsonBody.read(request, List.of("name", "description", "scopes"));
        RoleName name = fields.required("name", RoleName::new);
        WantedRole wanted = WantedRole.read(fields);
        fields.check();
        Role role = wanted.named(Objects.requireNonNull(name).value());
        ResponseEntity<Role> answer = idempotency.once(request, admin.id().toString(), Role.class, () -> create(admin, role));
        return Idempotency.isReplayed(answer)
                ? audited.read(admin, Event.of(EventType.ADMIN_ROLES_READ).with("role", role.name()), () -> answer)
                : answer;
    }

    private ResponseEntity<Role> create(Admin admin, Role wanted) {
        Role created = done(changes.create(admin, wanted));
        return ResponseEntity.created(URI.create("/auth/admin/roles/" + created.name()))
                .eTag(EntityTag.of(created).header()).body(created);
    }

    @Described(value = "Changes what a role allows", body = {"description?", "scopes[]"}, headers = "If-Match", tells = "ETag")
    @PutMapping("/{name}")
    ResponseEntity<Role> change(HttpServletRequest request, @PathVariable String name,
            @Requires(value = AdminScope.ROLES_WRITE, recent = true) Admin admin) {
        IfMatch seen = IfMatch.required(request);
        var fields = JsonBody.read(request, List.of("description", "scopes"));
        WantedRole wanted = WantedRole.read(fields);
        fields.check();
        return ok(done(changes.change(admin, wanted.named(find(name).orElseThrow(RolesController::none).name()), seen)));
    }

    @Described(value = "Removes a role that nobody has", headers = "If-Match?")
    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(HttpServletRequest request, @PathVariable String name,
            @Requires(value = AdminScope.ROLES_WRITE, recent = true) Admin admin) {
        String known = find(name).orElseThrow(RolesController::none).name();
        done(changes.delete(admin, known, IfMatch.optional(request)));
        return ResponseEntity.noContent().build();
    }

    private Optional<Role> find(String name) {
        try {
            return roles.find(new RoleName(name).value());
        } catch (IllegalArgumentException notName) {
            return Optional.empty();
        }
    }

    private static ResponseEntity<Role> ok(Role role) {
        return ResponseEntity.ok().eTag(EntityTag.of(role).header()).body(role);
    }

    private static Role done(RoleResult result) {
        return switch (result) {
            case RoleResult.Done(Role role) -> role;
            case RoleResult.NoRole() -> throw none();
            case RoleResult.Exists() -> throw Problem.of(ProblemCode.ROLE_EXISTS, "Change it, or choose another name.").refusal();
            case RoleResult.InUse() ->
                throw Problem.of(ProblemCode.ROLE_IN_USE, "Take it from those who have it first.").refusal();
            case RoleResult.BuiltIn() ->
                throw Problem.of(ProblemCode.ROLE_BUILT_IN, "It stays, and admin keeps its scopes.").refusal();
            case RoleResult.Beyond() -> throw Problem.of(ProblemCode.ACCESS_DENIED,
                    "Nobody administers, gives or takes what they may not do themselves.").refusal();
            case RoleResult.Stale() -> throw IfMatch.failed();
        };
    }

    private static Refusal none() {
        return Problem.of(ProblemCode.ROLE_NONE, "See the list of roles for those there are.").refusal();
    }

    /// A page of roles.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record RolePage(@JsonInclude List<Role> roles, @JsonProperty("next_cursor") Optional<String> next) {}
}
