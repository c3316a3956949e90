package dev.gatehouse.auth.profile;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.token.Caller;

@RestController
class ProfileController {

    @GetMapping({"/auth/me", "/auth/profile", "/me", "/profile", "/api/auth/profile"})
    AccountView me(Caller caller) {
        return AccountView.of(caller.account());
    }
}
