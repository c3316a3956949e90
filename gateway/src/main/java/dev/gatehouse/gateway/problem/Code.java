package dev.gatehouse.gateway.problem;

/// The stable codes of the gateway's own answers, each with its status and title. The same code stands in the body, the access log and the
/// metrics. Titles and details are constants: nothing of a request, a token or an upstream is ever echoed.
public enum Code {

    /// The request cannot be read as HTTP/1.1 (RFC 9112) or says things twice.
    REQUEST_MALFORMED(400, "request.malformed", "Malformed request", "The request could not be understood."),
    /// The path could be read differently by two parsers.
    REQUEST_AMBIGUOUS_PATH(400, "request.ambiguous_path", "Ambiguous path",
            "The path holds characters or encodings that two servers could read differently."),
    /// No credentials on a route that needs them.
    AUTH_MISSING(401, "auth.missing", "Sign-in needed", "This resource needs an access token."),
    /// Credentials that were refused; which check failed is not told.
    AUTH_INVALID(401, "auth.invalid", "Invalid token", "The access token is not accepted."),
    /// Good credentials whose time is over.
    AUTH_EXPIRED(401, "auth.expired", "Expired token", "The access token has expired; refresh it."),
    /// Good credentials of a session that was ended.
    AUTH_REVOKED(401, "auth.revoked", "Revoked token", "The session of this access token has ended; sign in again."),
    /// Good credentials of a sign-in that was too weak or too long ago; RFC 9470.
    AUTH_STEP_UP(401, "auth.step_up", "Stronger sign-in needed",
            "This resource needs a more recent or a stronger sign-in; WWW-Authenticate says which."),
    /// No client certificate on a route that needs one.
    AUTH_CERTIFICATE_MISSING(403, "auth.certificate_missing", "Client certificate needed",
            "This resource needs a client certificate."),
    /// A client certificate that was refused; which check failed is not told.
    AUTH_CERTIFICATE_INVALID(403, "auth.certificate_invalid", "Invalid client certificate",
            "The client certificate is not accepted."),
    /// A known caller who may not.
    ACCESS_DENIED(403, "access.denied", "Access denied", "The caller may not use this resource."),
    /// Nothing is served here.
    ROUTE_NONE(404, "route.none", "Not found", "No route leads to this address."),
    /// Something is served here, but not to this method.
    ROUTE_METHOD(405, "route.method", "Method not allowed", "This address does not take the method."),
    /// The client did not send the body that it announced; RFC 9110 §15.5.9.
    REQUEST_TIMEOUT(408, "request.timeout", "Request timeout", "The rest of the request did not come in time."),
    /// The client went away before it was answered. Nobody is told; 499 is what proxies log of it.
    REQUEST_ABORTED(499, "request.aborted", "Request aborted", "The client went away before it was answered."),
    /// What is asked for does not go together with how things stand; operator endpoints only.
    REQUEST_CONFLICT(409, "request.conflict", "Conflict", "The request does not go together with how things stand."),
    /// The body or the request line is longer than allowed.
    REQUEST_TOO_LARGE(413, "request.too_large", "Request too large", "The request is longer than this resource accepts."),
    /// The body is of a kind that is not read here; operator endpoints only.
    REQUEST_MEDIA_TYPE(415, "request.malformed", "Unsupported media type", "The body is of a kind that is not read here."),
    /// The request line is longer than the gateway reads.
    REQUEST_TARGET_TOO_LONG(414, "request.too_large", "Request target too long",
            "The address is longer than the gateway accepts."),
    /// The client expects what the gateway cannot do; RFC 9110 §10.1.1.
    EXPECTATION_FAILED(417, "request.malformed", "Expectation failed", "The gateway meets no expectation but 100-continue."),
    /// The header section is larger than the gateway reads.
    REQUEST_HEADERS_TOO_LARGE(431, "request.headers_too_large", "Header fields too large",
            "The header fields are larger than the gateway accepts."),
    /// A limit of the route is used up.
    LIMIT_EXCEEDED(429, "limit.exceeded", "Too many requests",
            "A rate limit is used up; try again after the time told in Retry-After."),
    /// No connection to the upstream.
    UPSTREAM_UNREACHABLE(502, "upstream.unreachable", "Upstream unreachable",
            "The service behind this address cannot be reached."),
    /// The upstream answered something that is not HTTP, or broke off before its header section ended.
    UPSTREAM_BAD_RESPONSE(502, "upstream.bad_response", "Bad upstream response",
            "The service behind this address gave no usable answer."),
    /// The upstream did not answer in the route's time.
    UPSTREAM_TIMEOUT(504, "upstream.timeout", "Upstream timeout", "The service behind this address did not answer in time."),
    /// The circuit breaker of the upstream is open.
    UPSTREAM_OPEN(503, "upstream.open", "Upstream suspended",
            "The service behind this address failed too often and is left alone for a while."),
    /// No keys to judge the credentials by.
    AUTH_UNAVAILABLE(503, "auth.unavailable", "Sign-in unavailable", "Access tokens cannot be checked at the moment."),
    /// The gateway itself has too much to do, or is stopping.
    GATEWAY_OVERLOADED(503, "gateway.overloaded", "Gateway overloaded", "The gateway cannot take the request at the moment."),
    /// A fault of the gateway.
    GATEWAY_ERROR(500, "gateway.error", "Internal error", "The gateway failed to handle the request.");

    private final int status;
    private final String code;
    private final String title;
    private final String detail;

    Code(int status, String code, String title, String detail) {
        this.status = status;
        this.code = code;
        this.title = title;
        this.detail = detail;
    }

    /// The HTTP status code.
    public int status() {
        return status;
    }

    /// The code as clients, logs and metrics read it.
    public String code() {
        return code;
    }

    String title() {
        return title;
    }

    String detail() {
        return detail;
    }
}
