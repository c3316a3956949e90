package dev.gatehouse.auth.admin;

import java.util.Objects;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.session.Sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What an administrator may do once the body of the call has come.
final class RightsIT {

    private static final AuthServer SERVER = AuthServer.shared();

    @Test
    void arePresentWhereNothingHasHappened() throws Exception {
        Admin admin = admitted();

        assertThat(still(admin).id()).isEqualTo(admin.id());
    }

    @ParameterizedTest
    @CsvSource({"locked_at = now(), AUTH_REVOKED", "session_epoch = session_epoch + 1, AUTH_REVOKED",
            "roles = '{user}', ACCESS_DENIED"})
    void areGoneWithWhatTheAccountLosesMeanwhile(String change, String code) throws Exception {
        Admin admin = admitted();
        SERVER.database().sql("UPDATE account SET " + change + " WHERE id = ?").param(admin.id()).update();

        assertThatThrownBy(() -> still(admin)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.problem().code().name()).isEqualTo(code));
    }

    private static Admin still(Admin admin) {
        return Objects.requireNonNull(SERVER.bean(TransactionTemplate.class)
                .execute(_ -> SERVER.bean(Rights.class).still(admin, AdminScope.ROLES_WRITE)));
    }

    private static Admin admitted() throws Exception {
        SignedIn someone = SERVER.someone();
        SERVER.database().sql("UPDATE account SET roles = '{user,admin}' WHERE username_key = ?").param(someone.name()).update();
        JWTClaimsSet claims = SignedJWT.parse(someone.accessToken()).getJWTClaimsSet();
        return new Admin(SERVER.bean(Sessions.class).findLiving(UUID.fromString(claims.getStringClaim("sid")),
                UUID.fromString(claims.getSubject())).orElseThrow());
    }
}
