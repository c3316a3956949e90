package dev.gatehouse.auth.problem;

import java.time.Duration;

/// The limits of this service, as the fields of draft-ietf-httpapi-ratelimit-headers-10 tell them. They slow down rather than count in windows:
/// quota and window are the pace at which somebody may go on who has used up what goes at once.
public enum RateLimit {
    /// Sign-ins of strangers to one account, or from one address.
    SIGN_IN("sign-in", Duration.ofSeconds(10)),
    /// Passwords that a session gives once more.
    PASSWORD("password", Duration.ofSeconds(10)),
    /// Codes of second factors.
    CODE("code", Duration.ofMinutes(15)),
    /// Mails to one address.
    MAIL("mail", Duration.ofMinutes(1)),
    /// Calls of administrators' endpoints by somebody who may not make them.
    ADMIN("admin", Duration.ofMinutes(1)),
    /// Copies of one's data.
    EXPORT("export", Duration.ofMinutes(12)),
    /// Names that devices get.
    DEVICE_NAME("device-name", Duration.ofMinutes(1)),
    /// Other usernames that an account tries.
    USERNAME("username", Duration.ofMinutes(6));

    private final String key;
    private final Duration window;

    RateLimit(String key, Duration window) {
        this.key = key;
        this.window = window;
    }

    /// {@return `RateLimit-Policy`}
    String policy() {
        return "\"" + key + "\";q=1;w=" + window.toSeconds();
    }

    /// {@return `RateLimit`: nothing is left}
    ///
    /// @param retryAfter whole seconds until something is
    String standing(long retryAfter) {
        return "\"" + key + "\";r=0;t=" + retryAfter;
    }
}
