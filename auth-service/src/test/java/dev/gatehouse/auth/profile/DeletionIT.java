package dev.gatehouse.auth.profile;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

import static org.assertj.core.api.Assertions.assertThat;

final class DeletionIT {

    private static final AuthServer SERVER = AuthServer.shared();

    @Test
    void keepsWhoHasBecomeTheLastAdministratorSinceTheyAsked() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(SERVER.someone().accessToken()).getJWTClaimsSet();
        UUID account = UUID.fromString(claims.getSubject());
        Session asking = SERVER.bean(Sessions.class).findLiving(UUID.fromString(claims.getStringClaim("sid")), account)
                .orElseThrow();

        Optional<Instant> due = SERVER.bean(TransactionTemplate.class).execute(transaction -> {
            transaction.setRollbackOnly(); // the other administrators are those of other tests
            SERVER.database().sql("UPDATE account SET roles = CASE WHEN id = ? THEN '{user,admin}'::text[] ELSE '{user}' END")
                    .param(account).update();
            return SERVER.bean(Deletion.class).request(asking);
        });

        assertThat(due).isEmpty();
    }
}
