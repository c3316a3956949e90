package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Why a field of the client's does not reach the backend, whichever of its spellings it came in.
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody writes to
public enum DropReason {

    /// RFC 9110 §7.6.1.
    CONNECTION("is for the connection to the gateway only", Set.of("connection", "keep-alive", "proxy-connection",
            "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings",
            "expect", "host"), List.of("sec-websocket-")),
    /// The gateway's own words.
    WRITTEN_AFRESH("the gateway writes it afresh",
            Set.of("x-request-id", "traceparent", "tracestate", "forwarded", "x-forwarded"),
            List.of("x-forwarded-")),
    /// What backends believe.
    RESERVED("reserved: backends take it for the gateway's word", Set.of("x-user", "x-session", "x-gatehouse"),
            List.of("x-user-", "x-session-", "x-gatehouse-", // and what gateways of gRPC make them of
                    "grpc-metadata-x-user", "grpc-metadata-x-session", "grpc-metadata-x-gatehouse")),
    /// What proxies say of their clients.
    CALLER("some backends take it for who is calling", Set.of("x-real-ip", "x-client-ip", "client-ip", "true-client-ip",
            "x-true-client-ip", "cf-connecting-ip", "cf-connecting-ipv6", "cf-pseudo-ipv4", "fastly-client-ip",
            "x-cluster-client-ip",
            "x-originating-ip", "x-remote-ip", "x-remote-addr", "remote-addr", "x-host", "x-proxyuser-ip", "x-azure-clientip",
            "x-azure-socketip", "x-appengine-user-ip", "x-remote-user", "remote-user", "x-forward-for",
            "forwarded-for", "x-custom-ip-authorization", "x-true-ip", "cluster-client-ip", "x-arr-clientcert", "x-webauth-user",
            "client-cert",
            "client-cert-chain", "x-ssl-cert", "x-client-certificate", "x-client-dn", "x-client-verify", "x-subject-dn"),
            List.of("x-envoy-", "ssl-client-", "x-ssl-client-", "x-client-cert", "x-tls-client-", "x-mtls-", "x-amzn-mtls-",
                    "cf-client-cert-", "x-clientcert", "x-spiffe-")),
    /// What other gateways and sign-in proxies say of their users. A backend that stood behind one may still believe it.
    OTHER_GATEWAY("another gateway's word, which a backend that stood behind it may still believe",
            Set.of("remote-groups", "remote-name", "remote-email", "x-remote-groups", "x-remote-email", "x-auth-user",
                    "x-auth-email", "x-auth-roles", "x-auth-groups", "x-auth-subject", "x-authenticated-user",
                    "x-authenticated-userid", "x-authenticated-email", "x-authenticated-groups", "x-webauth-email",
                    "x-webauth-name", "x-webauth-groups", "x-userinfo", "x-id-token", "x-jwt-assertion", "x-vouch-user",
                    "x-credential-identifier", "x-anonymous-consumer", "x-ms-client-principal", "x-remote-group",
                    "impersonate-user", "impersonate-group", "impersonate-uid"),
            List.of("x-auth-request-", "x-consumer-", "x-pomerium-", "x-goog-iap-", "x-goog-authenticated-user-",
                    "x-ms-client-principal-", "x-amzn-oidc-", "cf-access-", "x-authentik-", "x-vouch-idp-",
                    "tailscale-user-", "x-remote-extra-", "impersonate-extra-")),
    /// What proxies say of the request.
    ADDRESS("some backends take it for what was asked for", Set.of("x-scheme", "x-url-scheme", "front-end-https", "x-arr-ssl",
            "x-arr-log-id", "x-script-name", "script-name", "path-info", "x-path-info", "x-sendfile-type", "x-accel-mapping",
            "x-http-host-override", "x-http-destinationurl", "x-override-url", "x-proxy-url", "proxy-host", "request-uri"),
            List.of("x-original-", "x-rewrite-", "x-http2-")),
    /// What makes another request of it.
    ACTION("some backends do something else because of it", Set.of("x-http-method-override", "x-http-method", "x-method-override",
            "proxy"), List.of("x-middleware-")),
    /// `Content_Length` and its kin.
    LENGTH_ALIAS("some backends take it for Content-Length", Set.of(), List.of()),
    /// In the request's `Connection`.
    NAMED_IN_CONNECTION("the client named it in Connection", Set.of(), List.of()),
    /// `Authorization`, and of `Cookie` what carries the session.
    CREDENTIALS("credentials stay at the gateway (forward-token: true would pass them)", Set.of(), List.of());

    /// All names that are dropped whatever the request says.
    static final FoldedNames ALWAYS = all();

    private final String why;
    private final Set<String> names;
    private final List<String> prefixes;
    private final FoldedNames folded;

    DropReason(String why, Set<String> names, List<String> prefixes) {
        this.why = why;
        this.names = Set.copyOf(names);
        this.prefixes = List.copyOf(prefixes);
        this.folded = new FoldedNames(names, prefixes);
    }

    /// In words, for operators.
    public String why() {
        return why;
    }

    /// Why a field of that name never passes; empty when it may.
    static Optional<DropReason> of(String name) {
        for (DropReason reason : values()) {
            if (reason.folded.contains(name)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    private static FoldedNames all() {
        Set<String> names = new HashSet<>();
        List<String> prefixes = new ArrayList<>();
        for (DropReason reason : values()) {
            names.addAll(reason.names);
            prefixes.addAll(reason.prefixes);
        }
        return new FoldedNames(names, prefixes);
    }
}
