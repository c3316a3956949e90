package dev.gatehouse.auth.token;

import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.request.Described;

@RestController
class VerifyTokenController {

    @Described("Whether the access token is good")
    @GetMapping({"/auth/verify-token", "/api/auth/verify-token"})
    Verified verify(Caller caller) {
        Account account = caller.account();
        return new Verified(true, account.id(), account.username().value(), account.email().value(), account.roles(),
                account.isAdmin(), caller.session().id(), caller.tokenExpiresAt().getEpochSecond());
    }

    record Verified(boolean valid, UUID sub, String username, String email, List<String> roles,
            @JsonProperty("is_admin") boolean admin, UUID sid, long exp) {}
}
