package dev.gatehouse.auth.session;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.session.RefreshResult.Outcome;
import dev.gatehouse.auth.session.RefreshResult.Reason;
import dev.gatehouse.auth.session.RefreshResult.Refused;
import dev.gatehouse.auth.session.RefreshResult.Renewed;

import static org.assertj.core.api.Assertions.assertThat;

/// What no first-party request can bring yet: another client, and a holder who proves more than the token.
final class RefreshingIT {

    private final AuthServer server = AuthServer.shared();
    private final Refreshing refreshing = server.bean(Refreshing.class);

    @Test
    void refusesAnotherClientWithoutEndingTheSession() {
        SignedIn someone = server.someone();

        assertThat(refreshing.refresh(new RefreshRequest(someone.refreshToken(), "other", false)))
                .isEqualTo(new Refused(Reason.INVALID));
        refreshing.refresh(RefreshRequest.firstParty(someone.refreshToken()));
        assertThat(refreshing.refresh(new RefreshRequest(someone.refreshToken(), "other", false)))
                .isEqualTo(new Refused(Reason.INVALID));
        assertThat(refreshing.refresh(RefreshRequest.firstParty(someone.refreshToken()))).isInstanceOf(Renewed.class);
    }

    @Test
    void repeatsALostAnswerToAProvenHolderForEver() {
        SignedIn someone = server.someone();
        refreshing.refresh(RefreshRequest.firstParty(someone.refreshToken()));
        letAnHourPass(someone);

        assertThat(refreshing.refresh(new RefreshRequest(someone.refreshToken(), Session.FIRST_PARTY, true)))
                .isInstanceOfSatisfying(Renewed.class,
                        renewed -> assertThat(renewed.outcome()).isEqualTo(Outcome.LOST_RESPONSE));
    }

    @Test
    void reuseAfterTheGraceEndsTheSessionWhoeverTheClientIs() {
        SignedIn someone = server.someone();
        refreshing.refresh(RefreshRequest.firstParty(someone.refreshToken()));
        letAnHourPass(someone);

        assertThat(refreshing.refresh(new RefreshRequest(someone.refreshToken(), "other", false)))
                .isEqualTo(new Refused(Reason.REUSED));
    }

    private void letAnHourPass(SignedIn someone) {
        UUID session = RefreshToken.parse(someone.refreshToken()).orElseThrow().sessionId();
        server.database().sql("UPDATE session SET rotated_at = rotated_at - interval '1 hour' WHERE id = ?").param(session)
                .update();
    }
}
