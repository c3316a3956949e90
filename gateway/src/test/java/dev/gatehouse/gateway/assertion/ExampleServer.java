package dev.gatehouse.gateway.assertion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.FastestProvider;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.settings.AssertionSettings;

/// What the examples under `examples/verify` are tried against: `/jwks.json` as the gateway publishes it, `/cases` with assertions as it
/// signs them and with forged ones, and with where there are no keys, `/fetches` with how often the keys were asked for. `examples/verify/test` starts it as a
/// program.
public final class ExampleServer implements AutoCloseable {

    static final String ISSUER = "gatehouse";
    static final String ROUTE = "orders";

    private final ECKey key;
    private final Path file;
    private final Assertions assertions;
    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();

    private ExampleServer() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        file = Files.createTempFile("assertion-keys", ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, new JWKSet(key).toString(false));
        assertions = Assertions.open(new AssertionSettings(ISSUER, Optional.of(file), Optional.empty()), Optional.empty(),
                FastestProvider.find(), Clock.systemUTC());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/jwks.json", () -> {
            fetches.incrementAndGet();
            return new String(assertions.published().jwks(), StandardCharsets.UTF_8);
        });
        serve("/fetches", () -> Integer.toString(fetches.get()));
        outages().forEach(
                (path, outage) -> server.createContext(path, exchange -> answer(exchange, outage.status(), outage.content())));
        serve("/cases", () -> JSONObjectUtils.toJSONString(Map.of("issuer", ISSUER, "routeId", ROUTE, "cases",
                cases().stream().map(Case::members).toList(), "outages", List.copyOf(outages().keySet()))));
        server.start();
    }

    static ExampleServer start() {
        try {
            return new ExampleServer();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Prints its address, and ends with its input.
    public static void main(String[] arguments) throws IOException {
        try (ExampleServer server = start()) {
            System.out.println(server.uri(""));
            while (System.in.read() >= 0) {
                // whoever started it closes the pipe
            }
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    int fetches() {
        return fetches.get();
    }

    @Override
    public void close() {
        server.stop(0);
        assertions.close();
        try {
            Files.delete(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void serve(String path, Supplier<String> content) {
        server.createContext(path, exchange -> answer(exchange, 200, content.get()));
    }

    private static void answer(HttpExchange exchange, int status, String content) throws IOException {
        try (exchange) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /// What a key server says that has no keys, by its path.
    Map<String, Outage> outages() {
        String keys = new String(assertions.published().jwks(), StandardCharsets.UTF_8);
        Map<String, Outage> all = new LinkedHashMap<>();
        all.put("/outage/500", new Outage(500, keys));
        all.put("/outage/404", new Outage(404, "{\"status\":404}"));
        all.put("/outage/html", new Outage(200, "<html>"));
        all.put("/outage/empty", new Outage(200, ""));
        all.put("/outage/cut-short", new Outage(200, keys.substring(0, keys.length() / 2)));
        all.put("/outage/list", new Outage(200, "[]"));
        all.put("/outage/null", new Outage(200, "null"));
        all.put("/outage/object", new Outage(200, "{}"));
        all.put("/outage/keys-of-no-kind", new Outage(200, "{\"keys\":7}"));
        all.put("/outage/key-that-is-none", new Outage(200,
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"kid\":\"" + key.getKeyID()
                        + "\"}]}"));
        return all;
    }

    record Outage(int status, String content) {}

    /// @param header `X-Gatehouse-Assertion`; null: there is none
    record Case(String name, String header, boolean accepted) {

        private Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("name", name);
            members.put("header", header);
            members.put("accepted", accepted);
            return members;
        }
    }

    /// Fresh ones, since none lives longer than a minute.
    List<Case> cases() {
        String good = signed(Map.of("preferred_username", "alice"));
        List<Case> all = new ArrayList<>();
        all.add(new Case("as the gateway signs it", good, true));
        all.add(new Case("the same again", good, true));
        all.add(new Case("with letters beyond ASCII", signed(Map.of("preferred_username", "Zoë 🐈")), true));
        all.add(new Case("forged like the gateway's, which shows that the forgeries below fail for their own reason",
                forged().signed(key), true));
        refused(all, "no header", null);
        refused(all, "an empty header", "");
        refused(all, "two headers in one", good + ", " + good);
        refused(all, "no JWT", "not.a.jwt");
        refused(all, "signature left out", good.substring(0, good.lastIndexOf('.')));
        refused(all, "signature empty", good.substring(0, good.lastIndexOf('.') + 1));
        refused(all, "signature cut short", good.substring(0, good.length() - 4));
        refused(all, "other claims under the signature", tampered(good));
        for (String none : List.of("none", "None", "NONE")) {
            TestTokens unsigned = forged().header("alg", none);
            refused(all, "unsigned: " + none,
                    TestTokens.encode(unsigned.headerJson()) + '.' + TestTokens.encode(unsigned.claimsJson()) + '.');
        }
        byte[] publicKey = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        refused(all, "HS256 with the public key as the secret", forged().header("alg", "HS256").sealed(publicKey));
        refused(all, "HS256 with x as the secret", forged().header("alg", "HS256").sealed(key.getX().decode()));
        refused(all, "signed by a foreign key of the same name", forged().signed(foreign()));
        refused(all, "signed by a foreign key of another name", forged().header("kid", "foreign").signed(foreign()));
        refused(all, "signed by a key that it brings along",
                forged().header("jwk", foreign().toPublicJWK().toJSONObject()).signed(foreign()));
        refused(all, "without a kid, signed by a foreign key", forged().withoutHeader("kid").signed(foreign()));
        refused(all, "signature in DER",
                TestTokens.signedParts(TestTokens.encode(forged().headerJson()), TestTokens.encode(forged().claimsJson()), key,
                        false));
        refused(all, "expired", forged().claim("iat", now() - 70).claim("exp", now() - 10).signed(key));
        refused(all, "without an end", forged().without("exp").signed(key));
        refused(all, "for another route", forged().claim("aud", "billing").signed(key));
        refused(all, "for nobody", forged().without("aud").signed(key));
        refused(all, "of another issuer", forged().claim("iss", "https://evil.example").signed(key));
        refused(all, "of no issuer", forged().without("iss").signed(key));
        refused(all, "about nobody", forged().without("sub").signed(key));
        for (String type : List.of("JWT", "at+jwt", "gatehouse-assertion")) {
            refused(all, "of type " + type, forged().header("typ", type).signed(key));
        }
        refused(all, "of no type", forged().withoutHeader("typ").signed(key));
        return all;
    }

    private static void refused(List<Case> all, String name, String header) {
        all.add(new Case(name, header, false));
    }

    private String signed(Map<String, Object> claims) {
        return assertions.of(new Caller.Authenticated("test", "alice", List.of("user"), List.of(),
                Clock.systemUTC().instant().plusSeconds(300),
                claims), new Audience(ROUTE));
    }

    private TestTokens forged() {
        return TestTokens.validAt(Clock.systemUTC().instant()).header("typ", "gatehouse-assertion+jwt")
                .header("kid", key.getKeyID())
                .claim("iss", ISSUER).claim("aud", ROUTE).claim("exp", now() + 60);
    }

    private static String tampered(String good) {
        String[] parts = good.split("\\.", -1);
        String claims = new String(java.util.Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + '.' + TestTokens.encode(claims.replace("\"user\"", "\"admin\"")) + '.' + parts[2];
    }

    private static ECKey foreign() {
        return dev.gatehouse.gateway.authentication.TestKeys.FOREIGN_EC;
    }

    private static long now() {
        return Clock.systemUTC().instant().getEpochSecond();
    }
}
