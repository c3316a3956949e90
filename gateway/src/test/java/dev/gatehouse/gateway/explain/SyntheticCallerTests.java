package dev.gatehouse.gateway.explain;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.Caller;

import static org.assertj.core.api.Assertions.assertThat;

class SyntheticCallerTests {

    @Test
    void readsRolesScopesAndClaims() {
        Caller.Authenticated caller = SyntheticCaller
                .parse(" roles=admin,ops  sub=alice scopes=orders:read plan=\"pro plus\" banned=true level=3 text=\"4\" ");

        assertThat(caller.subject()).isEqualTo("alice");
        assertThat(caller.roles()).containsExactly("admin", "ops");
        assertThat(caller.scopes()).containsExactly("orders:read");
        assertThat(caller.claims()).containsEntry("plan", "pro plus").containsEntry("banned", true).containsEntry("level", 3L)
                .containsEntry("text", "4").containsEntry("scope", "orders:read");
    }

    @Test
    void isSomebodyWithoutASubject() {
        assertThat(SyntheticCaller.parse("roles=admin").subject()).isEqualTo("somebody");
    }
}
