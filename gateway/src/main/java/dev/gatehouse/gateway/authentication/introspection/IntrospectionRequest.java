package dev.gatehouse.gateway.authentication.introspection;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Makes requests to one introspection endpoint (RFC 7662 §2.1), authenticated as a client (RFC 6749 §2.3.1). Thread-safe.
final class IntrospectionRequest {

    private final HttpRequest.Builder common;
    private final String credentials;

    IntrospectionRequest(IssuerSpec.Introspection how) {
        this.common = HttpRequest.newBuilder(how.url()).timeout(how.timeout())
                .header("Accept", "application/json").header("User-Agent", "gatehouse")
                .header("Content-Type", "application/x-www-form-urlencoded");
        String id = form(how.clientId());
        String secret = form(how.clientSecret().value());
        this.credentials = switch (how.auth()) {
            case BASIC -> {
                byte[] pair = (id + ":" + secret).getBytes(StandardCharsets.US_ASCII);
                common.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
                yield "";
            }
            case POST -> "&client_id=" + id + "&client_secret=" + secret;
        };
    }

    HttpRequest about(String token) {
        return common.copy().POST(BodyPublishers.ofString("token=" + form(token) + "&token_type_hint=access_token" + credentials))
                .build();
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
