package dev.gatehouse.auth.grant;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.request.ClientAddress;
import dev.gatehouse.auth.request.RequestFilter;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.RefreshResult;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.token.AccessToken;
import dev.gatehouse.auth.token.SharedSecretTokens;
import dev.gatehouse.auth.token.TokenIssuer;

/// Makes the answers that hand out tokens. Thread-safe.
@Component
public final class Grants {

    private final TokenIssuer issuer;
    private final SharedSecretTokens older;
    private final RefreshCookie cookie;
    private final DeviceCookies devices;
    private final ClientAddress clientAddress;

    Grants(TokenIssuer issuer, SharedSecretTokens older, RefreshCookie cookie, DeviceCookies devices,
            ClientAddress clientAddress) {
        this.issuer = issuer;
        this.older = older;
        this.cookie = cookie;
        this.devices = devices;
        this.clientAddress = clientAddress;
    }

    /// {@return the device that a request comes from}
    ///
    /// @param request at hand
    public Device device(HttpServletRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return new Device(agent == null ? "" : agent, clientAddress.of(request));
    }

    /// {@return the answer to whoever signed in}
    ///
    /// @param opened their session
    /// @param request at hand
    public ResponseEntity<TokenAnswer> signedIn(Sessions.Opened opened, HttpServletRequest request) {
        Session session = noted(opened.session(), request);
        AccessToken access = issuer.issue(session);
        return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, cookie.holding(opened.refreshToken()))
                .header(HttpHeaders.SET_COOKIE,
                        DeviceCookie.holding(devices.issue(session.account().deviceOwner(), opened.deviceId())))
                .body(TokenAnswer.of("Login successful", access, opened.refreshToken(), session)
                        .withToken(older.markedOr(request, session, access)));
    }

    /// {@return the answer to whoever came with a refresh token}
    ///
    /// @param renewed what came of it
    /// @param request at hand
    public ResponseEntity<TokenAnswer> refreshed(RefreshResult.Renewed renewed, HttpServletRequest request) {
        Session session = noted(renewed.session(), request);
        AccessToken access = issuer.issue(session);
        return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, cookie.holding(renewed.current()))
                .body(TokenAnswer.of("Token refreshed", access, renewed.current(), session)
                        .withToken(older.markedOr(request, session, access)));
    }

    /// {@return the answer to whoever proved once more who they are: another access token; the refresh token stays}
    ///
    /// @param session as it is now
    public TokenAnswer raised(Session session) {
        return TokenAnswer.of("Sign-in confirmed", issuer.issue(session), null, session);
    }

    private static Session noted(Session session, HttpServletRequest request) {
        request.setAttribute(RequestFilter.USER, session.account().id());
        return session;
    }
}
