package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.Collection;
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
    CALLER("some backends take it for who is calling", Set.of("x-client-ip", "client-ip", "true-client-ip", "real-ip",
            "forwarded-for", "forwarded-for-ip",
            "forwarded-proto", "forwarded-host",
            "x-true-client-ip", "x-true-ip", "cf-pseudo-ipv4", "cf-visitor", "fastly-client-ip", "fly-client-ip",
            "incap-client-ip",
            "do-connecting-ip", "x-nf-client-connection-ip", "x-sucuri-clientip", "ali-cdn-real-ip", "ali-real-client-ip",
            "cdn-src-ip", "cdn-real-ip", "cloudfront-viewer-address", "x-cluster-client-ip", "cluster-client-ip", "x-source-ip",
            "x-client-address", "x-client-addr", "x-client-host", "x-client-port", "x-client-real-ip", "x-host", "x-proxyuser-ip",
            "x-azure-clientip", "x-azure-socketip", "x-custom-ip-authorization", "x-subject-dn", "x-client-verify",
            "x-client-dn", "x-client-cn", "x-client-san", "x-client-serial", "x-client-fingerprint", "x-ssl", "clientprotocol"),
            List.of("x-real-", "x-forward-", "x-originating-", "x-originally-", "remote-", "x-remote-", "cf-connecting-",
                    "x-envoy-", "x-appengine-", "fly-forwarded-", "cloudfront-forwarded-", "x-vercel-forwarded-",
                    "x-vercel-proxied-",
                    "wl-", "-ws", "proxy-", // plug-ins of WebLogic and WebSphere ($WSRA, $WSRU)
                    "ssl-", "x-ssl-", "x-tls-", "x-mtls-", "x-amzn-mtls-", "cf-client-cert-", "client-cert", "x-client-cert",
                    "x-client-subject", "x-client-issuer", "x-clientcert", "x-spiffe-", "x-istio-", "l5d-")),
    /// What other gateways and sign-in proxies say of their users. A backend that stood behind one may still believe it.
    OTHER_GATEWAY("another gateway's word, which a backend that stood behind it may still believe",
            Set.of("auth-user", "auth-type", "logon-user", "smuser", "cas-user", "eppn", "persistent-id", "targeted-id",
                    "unscoped-affiliation", "x-userid", "x-username", "x-useremail", "x-userroles", "x-usergroups", "x-userinfo",
                    "x-role", "x-roles", "x-groups", "x-principal", "x-identity-status", "x-auth-email", "x-auth-claims",
                    "x-auth-principal", "x-auth-scopes", "x-id-token", "x-anonymous-consumer", "x-credential-identifier",
                    "x-cloudscheduler", "x-amzn-request-context", "x-amzn-lambda-context", "sec-istio-auth-userinfo",
                    "teleport-jwt-assertion", "x-rstudio-username", "x-wcpay-platform-checkout-user", // CVE-2023-28121
                    "impersonate-user", "impersonate-group", "impersonate-uid", "es-security-runas-user"),
            List.of("sm-", "iv-", "oam-", "osso-", "shib-", "oidc-", "x-oidc-", "mellon-", "x-saml-", "x-sso-", // agents of web servers
                    "x-auth-user", "x-auth-role", "x-auth-group", "x-auth-name", "x-auth-sub", "x-auth-request-",
                    "x-authenticated-", "x-webauth-", "x-claim-", "x-claims-", "x-jwt-assertion", "x-jwt-payload", "x-jwt-claim",
                    "x-jwt-sub", "x-jwt-user", "x-jwt-role", "x-token-subject", "x-token-user", "x-token-claim", "x-consumer-",
                    "x-pomerium-", "x-goog-iap-", "x-goog-authenticated-user-", "x-apigateway-",
                    "x-endpoint-api-", "x-cloudtasks-", "x-ms-client-principal", "x-ms-token-", "ms-aspnetcore-", "x-iisnode-",
                    "x-amzn-oidc-", "x-vercel-oidc-", "cf-access-", "x-authentik-", "x-vouch-", "tailscale-", "x-tailscale-",
                    "dapr-caller-", "impersonate-extra-", "opendistro-security-", "opensearch-security-")),
    /// What proxies say of the request.
    ADDRESS("some backends take it for what was asked for", Set.of("x-scheme", "x-url-scheme", "front-end-https",
            "x-proxied-https", "x-script-name", "script-name", "path-info", "x-path-info", "x-sendfile-type", "x-accel-mapping",
            "x-http-host-override", "x-http-destinationurl", "x-override-url", "request-uri", "base-url", "http-url",
            "x-cf-forwarded-url", "x-matched-path", "x-now-route-matches", "dapr-app-id"),
            List.of("x-original-", "x-rewrite-", "x-http2-", "x-arr-", "x-proxy-", "x-vhm-", "x-invoke-")),
    /// What makes another request of it.
    ACTION("some backends do something else because of it", Set.of("x-http-method-override", "x-http-method", "x-method-override",
            "method-override", "proxy"), List.of("x-middleware-", "x-weblogic-")),
    /// `Content_Length` and its kin.
    LENGTH_ALIAS("some backends take it for Content-Length", Set.of(), List.of()),
    /// In the request's `Connection`.
    NAMED_IN_CONNECTION("the client named it in Connection", Set.of(), List.of()),
    /// `Authorization`, and of `Cookie` what carries the session.
    CREDENTIALS("credentials stay at the gateway (forward-token: true would pass them)", Set.of(), List.of());

    /// All names that are dropped whatever the request says.
    static final FoldedNames ALWAYS = all();

    /// What CGI puts ahead of a field's name. Programs that look everywhere for an address ask for a field of the variable's name, too.
    private static final String OF_CGI = "http-";

    private final String why;
    private final Set<String> names;
    private final List<String> prefixes;
    private final FoldedNames folded;

    DropReason(String why, Set<String> names, List<String> prefixes) {
        this.why = why;
        this.names = withThoseOfCgi(names);
        this.prefixes = List.copyOf(withThoseOfCgi(prefixes));
        this.folded = new FoldedNames(this.names, this.prefixes);
    }

    private static Set<String> withThoseOfCgi(Collection<String> names) {
        Set<String> all = new HashSet<>(names);
        names.forEach(name -> all.add(OF_CGI + name));
        return Set.copyOf(all);
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
