package dev.gatehouse.gateway.authorization;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Decision.Allowed;
import dev.gatehouse.gateway.authorization.Decision.Denied;
import dev.gatehouse.gateway.authorization.Decision.SignInNeeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class AccessTests {

    static Stream<Arguments> decisions() {
        Access anyRole = new Access.Roles(Set.of("admin", "owner"));
        Access allScopes = new Access.Scopes(Set.of("orders:write", "orders:read"));
        return Stream.of(
                arguments("public lets everybody in", new Access.Public(), Caller.ANONYMOUS, new Allowed()),
                arguments("public lets callers in", new Access.Public(), caller(List.of(), List.of()), new Allowed()),
                arguments("optional lets everybody in", new Access.Anyone(), Caller.ANONYMOUS, new Allowed()),
                arguments("optional lets callers in", new Access.Anyone(), caller(List.of(), List.of()), new Allowed()),
                arguments("signed-in asks who it is", new Access.SignedIn(), Caller.ANONYMOUS, new SignInNeeded()),
                arguments("signed-in takes everybody who is known", new Access.SignedIn(), caller(List.of(), List.of()),
                        new Allowed()),
                arguments("roles ask who it is", anyRole, Caller.ANONYMOUS, new SignInNeeded()),
                arguments("one role is enough", anyRole, caller(List.of("user", "owner"), List.of()), new Allowed()),
                arguments("no role is not", anyRole, caller(List.of("user"), List.of("admin")), new Denied("")),
                arguments("a role is not its prefix", anyRole, caller(List.of("admins", "adm"), List.of()), new Denied("")),
                arguments("a role has one case", anyRole, caller(List.of("Admin"), List.of()), new Denied("")),
                arguments("scopes ask who it is", allScopes, Caller.ANONYMOUS, new SignInNeeded()),
                arguments("all scopes are needed", allScopes, caller(List.of(), List.of("orders:read", "x", "orders:write")),
                        new Allowed()),
                arguments("one scope is not enough", allScopes, caller(List.of(), List.of("orders:read")),
                        new Denied("orders:read orders:write")),
                arguments("roles are no scopes", allScopes, caller(List.of("orders:read", "orders:write"), List.of()),
                        new Denied("orders:read orders:write")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void decisions(String why, Access access, Caller caller, Decision expected) {
        assertThat(access.decide(caller)).as(why).isEqualTo(expected);
    }

    @Test
    void onlyPublicIgnoresCredentials() {
        assertThat(new Access.Public().readsCredentials()).isFalse();
        assertThat(new Access.Anyone().readsCredentials()).isTrue();
        assertThat(new Access.SignedIn().readsCredentials()).isTrue();
    }

    @Test
    void refusesRuleWithoutNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Access.Roles(Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Access.Scopes(Set.of("")));
    }

    private static Caller caller(List<String> roles, List<String> scopes) {
        return new Caller.Authenticated("gatehouse", "alice", roles, scopes, Instant.MAX, Map.of());
    }
}
