package dev.gatehouse.gateway.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Fields by which somebody would be another, come from elsewhere or ask for something else, for whichever protocol they are said in.
final class HeaderAttacks {

    private static final String WHO = "who the caller is, to backends of sign-in proxies";
    private static final String AGENT = "who the caller is, to backends behind an agent of a web server";
    private static final String PROOF = "a proof of the caller, behind another gateway";
    private static final String WHERE = "where the client is, to load balancers and CDNs";
    private static final String CERTIFICATE = "a certificate that nobody has checked";
    private static final String HOW = "how the client came, to frameworks";
    private static final String PATH = "another path";
    private static final String METHOD = "another method";
    private static final String OURS = "ours to give, since logs are joined by it";

    private HeaderAttacks() {}

    /// A name as somebody writes it who hopes that we compare it in another way than the backend: case does not count, CGI, WSGI, PHP and nginx
    /// take the underscore for a hyphen, CGI of some servers every sign (the dot, as in CVE-2026-88011).
    ///
    /// @param name the name as it is meant
    static List<String> spellings(String name) {
        return Stream.concat(
                Stream.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT),
                        name.toLowerCase(Locale.ROOT).replace('-', '_'), name.replaceFirst("-", "_")),
                Stream.of("_", ".", "~", "!", "+", "|", "'", "`").map(sign -> name.replaceAll("[^A-Za-z0-9]", sign))).distinct()
                .toList();
    }

    static Stream<Arguments> reservedNames() {
        return Stream.of("X-User-Id", "X-User-Roles", "X-User-Anything", "X-Session-Id", "X-Gatehouse-Assertion")
                .flatMap(name -> spellings(name).stream().map(each -> arguments(each, "a spelling of " + name)));
    }

    static Stream<Arguments> claims() {
        return Stream.of(
                rows("where the client is, to nginx", "X-Real-IP", "X-Real-Port", "Real-IP"),
                rows(WHERE, "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Custom-IP-Authorization", "X-True-IP",
                        "Cluster-Client-IP", "Client-IP", "X-Client-Address", "X-Remote-Addr", "X-Originating-IP",
                        "X-Originally-Forwarded-For", "X-Source-IP", "Fastly-Client-IP", "Fly-Client-IP", "Incap-Client-IP",
                        "DO-Connecting-IP", "X-NF-Client-Connection-IP", "X-Sucuri-ClientIP", "Ali-Cdn-Real-IP",
                        "CDN-Src-IP", "CloudFront-Viewer-Address", "X-Vercel-Forwarded-For", "X-Azure-ClientIP",
                        "X-AppEngine-User-IP", "X-Envoy-External-Address"),
                rows("where the client is, to WebLogic and to whoever looks everywhere", "Proxy-Client-IP", "WL-Proxy-Client-IP",
                        "HTTP-Client-IP", "HTTP-X-Forwarded-For", "HTTP-X-Real-IP", "HTTP-X-Cluster-Client-IP",
                        "HTTP-Forwarded-For", "HTTP-True-Client-IP"),
                rows("a misspelt X-Forwarded-For that some take", "X-Forward-For", "Forwarded-For"),
                rows("what the plug-in of WebSphere tells: user, certificate, address, scheme", "$WSRU", "$WSCC", "$WSRA",
                        "$WSSC",
                        "$WSAT"),
                rows("what plug-ins of WebLogic tell and ask for", "WL-Proxy-Client-Cert", "WL-Proxy-SSL",
                        "X-WebLogic-Force-JVMID"),
                rows(WHO, "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username",
                        "X-Forwarded-Access-Token", "X-Remote-User", "X-Remote-Name", "Remote-User", "Remote-Groups",
                        "Remote-Name",
                        "Remote-Email", "X-WebAuth-User", "X-WebAuth-Role", "X-Auth-Request-User", "X-Auth-Request-Email",
                        "X-Auth-Request-Groups", "X-Auth-Request-Access-Token", "X-Auth-User", "X-Auth-Username", "X-Auth-Roles",
                        "X-Authenticated-Userid", "X-Authenticated-Scope", "X-authentik-username", "X-authentik-groups",
                        "Tailscale-User-Login", "X-Tailscale-User", "X-Vouch-User", "X-Vouch-IdP-Claims-Email", "X-Userinfo",
                        "X-Username", "X-Roles", "X-Proxy-User", "X-Proxy-Roles", "X-Token-Subject", "X-Token-User-Email",
                        "X-Rstudio-Username", "X-SSO-User", "X-OIDC-Sub", "X-Claim-Sub", "Auth-User"),
                rows(AGENT, "SM-USER", "SM-USERDN", "SMUSER", "iv-user", "iv-groups", "iv-creds", "iv-server-name",
                        "OAM-REMOTE-USER", "OAM-IDENTITY-DOMAIN", "Osso-User-Dn", "Shib-Session-ID", "Shib-Identity-Provider",
                        "eppn", "OIDC-CLAIM-sub", "OIDC-access-token", "Mellon-Name-Id", "CAS-User", "X-SAML-Subject",
                        "X-iisnode-LOGON-USER", "MS-ASPNETCORE-WINAUTHTOKEN", "MS-ASPNETCORE-CLIENTCERT", "Logon-User",
                        "HTTP-X-User-Id", "HTTP-Remote-User", "HTTP-SM-USER"),
                rows("who the caller is, behind Kong", "X-Consumer-Username", "X-Consumer-Custom-ID", "X-Credential-Identifier",
                        "X-Anonymous-Consumer"),
                rows("who the caller is, to Kubernetes", "X-Remote-Group", "X-Remote-Extra-Scopes", "Impersonate-User",
                        "Impersonate-Group", "Impersonate-Extra-Scopes"),
                rows("who the caller is, to meshes", "l5d-client-id", "X-SPIFFE-ID", "Sec-Istio-Auth-Userinfo",
                        "Dapr-Caller-App-Id"),
                rows("who the caller is, to a shop (CVE-2023-28121)", "X-WCPAY-Platform-Checkout-User"),
                rows(PROOF, "X-Pomerium-Jwt-Assertion", "X-Goog-IAP-JWT-Assertion", "X-Goog-Authenticated-User-Email",
                        "X-AppEngine-User-Email", "X-AppEngine-Cron", "X-CloudScheduler", "X-Apigateway-Api-Userinfo",
                        "X-Endpoint-API-UserInfo", "X-MS-CLIENT-PRINCIPAL", "X-MS-CLIENT-PRINCIPAL-NAME",
                        "X-MS-TOKEN-AAD-ID-TOKEN", "X-Amzn-Oidc-Data", "X-Amzn-Oidc-Identity", "X-Amzn-Request-Context",
                        "Cf-Access-Jwt-Assertion", "Cf-Access-Authenticated-User-Email", "Teleport-Jwt-Assertion", "X-Id-Token",
                        "X-JWT-Assertion", "X-Jwt-Payload"),
                rows("a prefix for links and redirects (CVE-2026-35051)", "X-Forwarded-Prefix"),
                rows("another path, to sign-in proxies (CVE-2026-40575)", "X-Forwarded-Uri", "X-Forwarded-Path",
                        "X-Envoy-Original-Path"),
                rows(HOW, "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Url-Scheme",
                        "Front-End-Https", "X-Proxied-Https", "X-Arr-Ssl", "ClientProtocol", "CF-Visitor"),
                rows(PATH, "X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-HTTP-DestinationURL", "X-Override-URL",
                        "X-Proxy-URL", "Request-URI", "Base-Url", "X-Invoke-Path", "X-Matched-Path", "X-VHM-Root"),
                rows(METHOD, "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Method-Override"),
                rows("HTTP_PROXY of CGI (httpoxy, CVE-2016-5385)", "Proxy"),
                rows("for a proxy, so for us", "Proxy-Authorization"),
                rows("skips checks in Next.js (CVE-2025-29927)", "X-Middleware-Subrequest"),
                rows("the application's own path, to WSGI and CGI", "X-Script-Name", "Script-Name", "Path-Info"),
                rows("files that nginx and Rack send by themselves", "X-Accel-Mapping", "X-Sendfile-Type"),
                rows(CERTIFICATE, "SSL-Client-Cert", "SSL-Client-Verify", "SSL-CLIENT-S-DN", "X-SSL-Client-CN", "X-SSL-Subject",
                        "Client-Cert", "Client-Cert-Chain", "X-Client-Cert", "X-Client-Subject-DN", "X-Client-Verify",
                        "X-TLS-Client-Cert",
                        "X-ARR-ClientCert", "Proxy-Auth-Cert", "Proxy-Ssl-Id", "X-Amzn-Mtls-Clientcert"),
                rows("another host", "X-Host", "X-HTTP-Host-Override", "Proxy-Host", "Dapr-App-Id", "l5d-dst-override"),
                rows("framing in the spelling of CGI", "Content_Length", "Transfer_Encoding"),
                rows(OURS, "X-Request-Id", "traceparent", "tracestate")).flatMap(rows -> rows);
    }

    private static Stream<Arguments> rows(String why, String... names) {
        return Arrays.stream(names).map(name -> arguments(name, why));
    }

    static Stream<Arguments> fieldsThatOpenDoorsElsewhere() {
        return Stream.of(
                arguments("X-Forwarded-Uri: /open/x", "the path as Traefik and oauth2-proxy tell it (CVE-2026-40575)"),
                arguments("X-Original-URL: /open/x", "the path as IIS and Symfony tell it"),
                arguments("X-Rewrite-URL: /open/x", "the same"),
                arguments("X-HTTP-Method-Override: OPTIONS", "a method that needs no token"),
                arguments("X-Forwarded-Prefix: /open", "a prefix (CVE-2026-35051)"),
                arguments("X-Forwarded-For: 127.0.0.1", "an address that may do all"),
                arguments("X-Real-IP: 127.0.0.1", "the same as nginx tells it"),
                arguments("Forwarded: for=127.0.0.1;proto=https", "the same as RFC 7239 tells it"),
                arguments("User-Agent: GoogleHC/1.0", "a health checker (GHSA-5hvv-m4w4-gf6v)"),
                arguments("User-Agent: kube-probe/1.30", "another"),
                arguments("User-Agent: ELB-HealthChecker/2.0", "another"),
                arguments("X-User-Roles: admin", "the role itself"),
                arguments("X-Gatehouse-Assertion: e30.e30.e30", "a forged assertion"),
                arguments("Access-Control-Request-Method: GET", "half a preflight"),
                arguments("Origin: null", "an origin that sandboxes have"),
                arguments("Referer: http://localhost/open/x", "a page of ours"),
                arguments("Host: open", "a second host"),
                arguments("Authorization: Basic YWRtaW46YWRtaW4=", "another scheme"),
                arguments("Authorization: Digest username=admin", "another scheme"),
                arguments("X-Middleware-Subrequest: middleware", "a call within Next.js (CVE-2025-29927)"),
                arguments("Authorization: Bearer \u00ff", "a token beyond ASCII"),
                arguments("X-Tenant: a\u00ff", "octets that a rule could fail open on (CVE-2026-73552)"),
                arguments("Cookie: access_token=x; __Host-gatehouse_refresh=y", "cookies that nobody asked for"));
    }
}
