package dev.gatehouse.gateway;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/// The command `rehearse`: one start on free ports of loopback, some thousand requests to a backend of its own, and the end. What Java learns by it
/// (`-XX:AOTCacheOutput`) makes later starts short and their first requests quick (JEP 514, JEP 515). Needs no settings and no network.
final class Rehearsal {

    private static final Duration DEADLINE = Duration.ofMinutes(2);
    /// Requests of each kind: enough for Java to know what is called often.
    static final int ENOUGH = 1_500;

    private static final int AT_ONCE = 16;
    private static final String ISSUER = "https://rehearsal.invalid";

    private Rehearsal() {}

    /// {@return the exit code: 0 done, 1 not possible}
    ///
    /// @param out where to say what happened
    /// @param requests of each kind
    static int run(PrintStream out, int requests) {
        Path folder = null;
        DisposableServer backend = HttpServer.create().host("127.0.0.1").port(0)
                .handle((_, answer) -> answer.sendString(Mono.just("rehearsed"))).bindNow();
        try {
            folder = Files.createTempDirectory("gatehouse-rehearsal");
            play(folder, backend.port(), requests);
            out.println("rehearsed: started, forwarded, and stopped");
            return 0;
        } catch (IOException | JOSEException | RuntimeException failed) {
            out.println("cannot rehearse: " + failed);
            return 1;
        } finally {
            backend.disposeNow();
            if (folder != null) {
                remove(folder);
            }
        }
    }

    private static void play(Path folder, int backend, int requests) throws IOException, JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("rehearsal").generate();
        Path keys = Files.writeString(folder.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
        Path routes = Files.writeString(folder.resolve("routes.yml"), routes(keys, backend));
        Map<String, String> environment = Map.of("GATEHOUSE_ROUTES", routes.toString(), "GATEHOUSE_ADDRESS", "127.0.0.1",
                "GATEHOUSE_PORT", "0", "GATEHOUSE_MANAGEMENT_PORT", "0", "GATEHOUSE_DRAIN_GRACE", "0ms");
        try (ConfigurableApplicationContext gateway = GatewayApplication.start(environment::get)) {
            int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            int management = gateway.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
            HttpClient client = HttpClient.create().baseUrl("http://127.0.0.1:" + port);
            String token = token(key);
            ask(client, "/open/rehearsal", "", requests);
            ask(client, "/none", "", requests);
            ask(client, "/signed-in/rehearsal", "nonsense", requests);
            ask(client, "/signed-in/rehearsal", token, requests);
            ask(client, "/limited/rehearsal", token, requests);
            ask(HttpClient.create().baseUrl("http://127.0.0.1:" + management), "/actuator/prometheus", "", requests);
        }
    }

    private static String routes(Path keys, int backend) {
        return """
                version: 1
                issuers:
                  rehearsal: { issuer: '%s', jwks: 'file:%s', audiences: [rehearsal], algorithms: [ES256], typ: [JWT] }
                routes:
                  - { id: open, match: { path: /open/** }, upstream: 'http://127.0.0.1:%3$d', access: public }
                  - { id: signed-in, match: { path: /signed-in/** }, upstream: 'http://127.0.0.1:%3$d', access: signed-in,
                      tests: [{ request: GET /signed-in/x, expect: 401 }, { request: GET /signed-in/x, as: { sub: a }, expect: forward }] }
                  - { id: limited, match: { path: /limited/** }, upstream: 'http://127.0.0.1:%3$d', access: signed-in,
                      limits: [{ name: second, per: user, requests: 1000000, every: 1s }] }
                """
                .formatted(ISSUER, keys, backend);
    }

    private static String token(ECKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder().issuer(ISSUER).audience("rehearsal").subject("rehearsal")
                        .claim("roles", List.of("user"))
                        .claim("exp", Instant.now().plus(DEADLINE).plus(DEADLINE).getEpochSecond()).build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    /// Whatever the answers are: some are refusals.
    private static void ask(HttpClient client, String path, String token, int requests) {
        HttpClient asking = token.isEmpty() ? client : client.headers(fields -> fields.set("Authorization", "Bearer " + token));
        Flux.range(0, requests).flatMap(_ -> asking.get().uri(path).response(), AT_ONCE).then().block(DEADLINE);
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException leftBehind) {
            // It is in the system's folder for such files, which is cleared by others.
        }
    }
}
