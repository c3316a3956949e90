package dev.gatehouse.auth.grant;

import java.time.Duration;
import java.util.Optional;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.session.RefreshToken;
import dev.gatehouse.auth.settings.Settings;

/// The cookie in which a browser keeps its refresh token. Because a browser sends it by itself, it counts only on requests that
/// our own pages made.
@Component
public final class RefreshCookie {

    static final String NAME = "__Host-gatehouse_refresh";

    // The session may end earlier; the cookie need not outlive it by much.
    private static final Duration LONGEST = Duration.ofDays(90);

    private final String publicOrigin;

    RefreshCookie(Settings settings) {
        this.publicOrigin = origin(settings.issuer());
    }

    String holding(RefreshToken token) {
        return cookie(token.text()).maxAge(LONGEST).build().toString();
    }

    /// {@return the cookie that takes it away}
    public String cleared() {
        return cookie("").maxAge(0).build().toString();
    }

    /// {@return the refresh token, where the cookie came}
    ///
    /// @param request at hand
    /// @throws dev.gatehouse.auth.problem.Refusal with 403 where it came with a request of a foreign page
    public Optional<String> read(HttpServletRequest request) {
        Optional<String> value = value(request);
        if (value.isPresent() && !isFromOwnPage(request)) {
            throw Problem.of(ProblemCode.ACCESS_DENIED,
                    "The cookie counts only with an Origin or Sec-Fetch-Site header of this site.").refusal();
        }
        return value;
    }

    private boolean isFromOwnPage(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin != null) {
            return publicOrigin.equalsIgnoreCase(origin);
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return "same-origin".equals(site) || "none".equals(site);
    }

    private static Optional<String> value(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, NAME)).map(Cookie::getValue).filter(value -> !value.isEmpty());
    }

    private static ResponseCookie.ResponseCookieBuilder cookie(String value) {
        return ResponseCookie.from(NAME, value).httpOnly(true).secure(true).sameSite("Strict").path("/");
    }

    private static String origin(String url) {
        int path = url.indexOf('/', url.indexOf("://") + 3);
        return path < 0 ? url : url.substring(0, path);
    }
}
