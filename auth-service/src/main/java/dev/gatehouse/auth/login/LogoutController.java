package dev.gatehouse.auth.login;

import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.grant.RefreshCookie;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Refreshing;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.token.BearerAuthentication;
import dev.gatehouse.auth.token.Caller;

/// Signs out. A refresh token will do as well as an access token, which may have expired meanwhile.
@RestController
class LogoutController {

    private final Sessions sessions;
    private final Refreshing refreshing;
    private final BearerAuthentication authentication;
    private final RefreshCookie cookie;

    LogoutController(Sessions sessions, Refreshing refreshing, BearerAuthentication authentication,
            RefreshCookie cookie) {
        this.sessions = sessions;
        this.refreshing = refreshing;
        this.authentication = authentication;
        this.cookie = cookie;
    }

    @Described(value = "Ends the session", body = "refresh_token?", bodyOptional = true)
    @PostMapping({"/auth/logout", "/logout", "/api/auth/logout"})
    ResponseEntity<Void> logout(HttpServletRequest request) {
        Optional<String> inBody = JsonBody.readIfPresent(request, List.of("refresh_token"))
                .flatMap(fields -> fields.optionalText("refresh_token"));
        Optional<Caller> caller = authentication.find(request);
        if (caller.isPresent()) {
            end(caller.get().session());
            return gone();
        }
        Optional<String> refreshToken = inBody.or(() -> cookie.read(request));
        if (refreshToken.isEmpty()) {
            throw authentication.refusal(request);
        }
        // Gone already is as good as gone now; whoever has no token of ours learns nothing.
        refreshing.sessionOf(refreshToken.get()).ifPresent(this::end);
        return gone();
    }

    @Described("Ends every session")
    @PostMapping("/auth/logout-all")
    ResponseEntity<Void> logoutAll(Caller caller) {
        sessions.endAll(caller.account().id(), EndReason.LOGOUT_ALL);
        return gone();
    }

    /// With nothing but a success: a refusal that took the cookie away would let any page sign people out.
    private ResponseEntity<Void> gone() {
        return ResponseEntity.noContent().header(HttpHeaders.SET_COOKIE, cookie.cleared()).build();
    }

    private void end(Session session) {
        sessions.end(session.id(), EndReason.LOGOUT);
    }
}
