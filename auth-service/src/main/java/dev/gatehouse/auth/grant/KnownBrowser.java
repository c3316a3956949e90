package dev.gatehouse.auth.grant;

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

/// Keeps the browser known in which an owner has just made all devices unknown, by changing the password or a second factor. Thread-safe.
@Component
public final class KnownBrowser {

    private final Sessions sessions;
    private final DeviceCookies devices;

    KnownBrowser(Sessions sessions, DeviceCookies devices) {
        this.sessions = sessions;
        this.devices = devices;
    }

    /// {@return the value of `Set-Cookie`; empty where the session has ended meanwhile, whose owner may be somebody else. Blocks on the
    /// database}
    ///
    /// @param session in which the change was made
    /// @param request at hand
    public Optional<String> cookie(Session session, HttpServletRequest request) {
        return sessions.findLiving(session.id(), session.account().id()).map(Session::account).map(Account::deviceOwner)
                .map(owner -> cookie(owner, request));
    }

    /// {@return the value of `Set-Cookie`}
    ///
    /// @param owner as they were right after the change
    /// @param request at hand
    public String cookie(DeviceOwner owner, HttpServletRequest request) {
        return DeviceCookie.holding(devices.renew(DeviceCookie.read(request), owner));
    }
}
