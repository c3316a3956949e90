package dev.gatehouse.auth.grant;

import java.util.Optional;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

import dev.gatehouse.auth.knowndevice.DeviceCookies;

/// The cookie by which a browser is known again when somebody signs in. It signs nobody in.
public final class DeviceCookie {

    private DeviceCookie() {}

    static String holding(String value) {
        return ResponseCookie.from(DeviceCookies.NAME, value).httpOnly(true).secure(true).sameSite("Strict").path("/")
                .maxAge(DeviceCookies.LIFETIME).build().toString();
    }

    /// {@return what the device showed, if anything}
    ///
    /// @param request at hand
    public static Optional<String> read(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, DeviceCookies.NAME)).map(Cookie::getValue);
    }
}
