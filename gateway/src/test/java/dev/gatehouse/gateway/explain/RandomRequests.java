package dev.gatehouse.gateway.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

/// Makes requests, plain and nasty ones. The same seed makes the same ones, but for the tokens' signatures.
final class RandomRequests {

    private static final String[] METHODS = {"GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE",
            "TRACE"};
    private static final String[] HOSTS = {"localhost", "localhost:8080", "api.example.com", "API.Example.com:8080",
            "api.example.com.",
            "a.wild.example.com", "wild.example.com", "a.b.wild.example.com:1", "127.0.0.1", "[::1]:80", "other.example.com"};
    private static final String[] SEGMENTS = {"orders", "orders", "admin", "open", "a", "7", "items", "maybe", "step", "svc",
            "legacy", "own",
            "x%20y", "%40me", "@me", "caf%C3%A9", "caf%c3%a9", "A", "~x", "a,b", "a=b", "!$&'()*+", "livez"};
    private static final String[] NASTY = {".", "..", "%2e%2e", "%2E", "", "a%2fb", "a%5cb", "a\\b", "a;b=c", "%00", "%0a",
            "%252e", "%41",
            "%c0%ae", "%ff", "%ef%bc%8f", "%zz", "%", "%3f", "%23", "a b", "é", "a|b", "a{b}", "a\"b", "a<b", "a^b", "a`b",
            "a[b]", "%09",
            "..;", "%2e%2e%2f", "%u002e", "a#b"};
    private static final String[] QUERIES = {"", "", "", "?", "?a=b", "?a=b%2Fc&d=%7B", "?a={b|c}", "?a=[1]", "?a=%", "?x=/../",
            "?q=\"", "?a=b#c",
            "?;x", "?a=\\"};
    private static final List<List<String>> FIELDS = List.of(List.of("Accept: */*"), List.of("Accept: text/html", "ACCEPT: a/b"),
            List.of("User-Agent: test/1"), List.of("X-User-Id: root"), List.of("x_user_id: root", "X.User.Id: root"),
            List.of("X-Session-Foo: 1"), List.of("X-Gatehouse-Assertion: forged"),
            List.of("Connection: X-Foo, X-User-Id", "X-Foo: 1"),
            List.of("Connection: Content-Length"), List.of("X-Blank: \t a \t "), List.of("X-Odd: \u000b"),
            List.of("X-Foo: 1"), List.of("Connection: keep-alive, x-bar", "X-Bar: 2", "Keep-Alive: 5"), List.of("TE: trailers"),
            List.of("Cookie: theme=dark"), List.of("Cookie: __Host-gatehouse_refresh=r; theme=dark"),
            List.of("Cookie: __Host-gatehouse_refresh=r"), List.of("X-Forwarded-For: 203.0.113.7"),
            List.of("X-Forwarded-For: 1.1.1.1, 203.0.113.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example.com"),
            List.of("Forwarded: for=203.0.113.9;proto=https;host=shop.example.com"), List.of("X-Forwarded-For: nonsense"),
            List.of("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=b"),
            List.of("traceparent: 00-zz"), List.of("X-Request-Id: given-1"), List.of("X-Request-Id: a b"),
            List.of("X-Real-IP: 1.1.1.1"),
            List.of("X-HTTP-Method-Override: DELETE"), List.of("X-Original-URL: /admin"), List.of("X-Rewrite-Url: /admin"),
            List.of("Proxy: http://evil"), List.of("X-Tenant: t1"), List.of("X-Tenant: \u00e9\u00ff"), List.of("X-Empty: "),
            List.of("Accept-Encoding: br"), List.of("Content-Type: text/plain"), List.of("Host: second.example.com"),
            List.of("Bad Name: x"),
            List.of("Origin: https://app.example.com"), List.of("Origin: http://localhost"),
            List.of("Origin: https://localhost"), List.of("Origin: null"),
            List.of("Origin: https://localhost", "Upgrade: websocket", "Connection: Upgrade"),
            List.of("Origin: https://app.example.com", "Origin: http://localhost"), List.of("Sec-Fetch-Site: same-origin"),
            List.of("Origin: https://app.example.com", "Access-Control-Request-Method: PUT"),
            List.of("Origin: https://evil.example", "Access-Control-Request-Method: GET"),
            List.of("Origin: https://evil.example", "Upgrade: websocket", "Connection: Upgrade"), List.of("Upgrade: websocket"),
            List.of("If-None-Match: \"e\""), List.of("Range: bytes=0-1"), List.of("X~User~Id: root"), List.of("Via: 1.1 me"),
            List.of("Transfer-Encoding: gzip"), List.of("Expect: x"), List.of("Content-Length: 007"),
            List.of("Content-Length: 1, 1"),
            List.of("Host: "), Collections.nCopies(100, "X-Many: 1"));

    private final Random random;
    private final Instant now = Instant.now();

    RandomRequests(long seed) {
        this.random = new Random(seed);
    }

    /// One request as bytes would be, line by line.
    ///
    /// @param fields `Name: value`, `Host` first
    /// @param body how long the body is
    record Sample(String method, String target, List<String> fields, int body) {

        String bytes() {
            return method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n" + "x".repeat(body);
        }
    }

    Sample next() {
        String method = pick(METHODS);
        List<String> fields = new ArrayList<>(List.of("Host: " + pick(HOSTS)));
        credentials(fields);
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.addAll(FIELDS.get(random.nextInt(FIELDS.size())));
        }
        int body = 0;
        if (method.startsWith("P")) {
            body = random.nextInt(3) == 0 ? 1_500 : random.nextInt(10);
            fields.add("Content-Length: " + body);
        }
        fields.add("Connection: close");
        return new Sample(method, target(), fields, body);
    }

    private String target() {
        StringBuilder target = new StringBuilder();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            target.append('/').append(random.nextInt(25) == 0 ? pick(NASTY) : pick(SEGMENTS));
        }
        target.append(random.nextInt(8) == 0 ? "/" : "").append(pick(QUERIES));
        return switch (random.nextInt(40)) {
            case 0 -> "http://localhost" + target;
            case 1 -> "http://evil.example" + target;
            case 2 -> "/.well-known/gatehouse/jwks.json";
            case 3 -> "*";
            case 4, 5, 6, 7, 8, 9 ->
                pick("/orders/7", "/orders/7/items", "/maybe/a/x", "/maybe/a/x%2Fy", "/maybe/a/x;v=1/y", "/a/b",
                        "/open/x", "/svc/a/y", "/admin/z", "/step/1", "/legacy/1");
            default -> target.toString();
        };
    }

    private void credentials(List<String> fields) {
        TestTokens alice = TestTokens.validAt(now);
        String token = switch (random.nextInt(16)) {
            case 0, 1 -> alice.signed();
            case 2 -> alice.claim("roles", List.of("user")).signed();
            case 3 -> alice.claim("scope", "orders:write").claim("acr", "urn:mfa").signed();
            case 4 ->
                alice.claim("acr", "urn:mfa").claim("auth_time", now.getEpochSecond()).claim("sub", "b\u00f6b, jr").signed();
            case 5 -> TestTokens.validAt(now.minus(Duration.ofHours(1))).signed();
            case 6 -> alice.signed(TestKeys.FOREIGN_EC);
            case 7 -> alice.claim("aud", "other").signed();
            case 8, 9 -> alice.claim("iss", "legacy").header("alg", "RS256").header("kid", "rsa-1").header("typ", "JWT")
                    .without("email").signed(TestKeys.RSA);
            case 10 -> alice.claim("iss", "nobody").signed();
            case 11 -> "nonsense";
            case 12 -> alice.claim("roles", List.of("admin")).claim("plan", pick("free", "pro")).signed();
            case 13 -> alice.claim("roles", random.nextBoolean() ? "admin" : List.of("admin"))
                    .claim("plan", random.nextBoolean() ? List.of("pro", 7) : Map.of()).signed();
            default -> "";
        };
        String scheme = pick("Bearer ", "Bearer ", "Bearer ", "bearer ", "BEARER ", "Basic ", "Bearer  ");
        if (!token.isEmpty() && random.nextInt(5) == 0) {
            fields.add("Cookie: a=b; access_token=" + token + pick("", "; access_token=x", "; Access_Token=x"));
        } else if (!token.isEmpty()) {
            fields.add("Authorization: " + scheme + token);
        }
        if (random.nextInt(25) == 0) {
            fields.add("Authorization: " + scheme + alice.signed());
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
