package dev.gatehouse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.jwk.JWK;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authentication.AuthenticationResult;
import dev.gatehouse.gateway.authentication.BearerTokenAuthenticator;
import dev.gatehouse.gateway.authentication.CookieNames;
import dev.gatehouse.gateway.authentication.FastestProvider;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.authentication.jose.CompactToken;
import dev.gatehouse.gateway.authentication.jose.KeySet;
import dev.gatehouse.gateway.authentication.jose.ProvenHeaders;
import dev.gatehouse.gateway.authentication.jose.TokenVerifier;
import dev.gatehouse.gateway.authentication.jose.Verification;

/// Who is calling: a token that was seen before, and one that was not.
@State(Scope.Benchmark)
public class Verifying {

    private static final AcceptedIssuers ANY = new AcceptedIssuers(Set.of("gatehouse"), Optional.empty(), List.of(),
            CookieNames.NONE);

    private final Clock clock = Clock.systemUTC();
    private final Issuers issuers = Issuers.create(clock, Optional.empty());
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, new Revocations(clock), clock);

    private final ProvenHeaders headers = new ProvenHeaders();

    private List<String> seen;
    private String ecToken;
    private String rsaToken;
    private KeySet keys;
    private TokenVerifier verifier;
    private Path file;

    /// Trusts an issuer whose keys are in a file, and lets one token be seen.
    @Setup
    public void trust() throws IOException {
        file = Files.writeString(Files.createTempFile("keys", ".json"), TestKeys.jwks(TestKeys.EC, TestKeys.RSA));
        IssuerSpec spec = new IssuerSpec("gatehouse", TestTokens.ISSUER, file.toUri(), Set.of("api"), Set.of("ES256", "RS256"),
                Set.of("at+jwt"), Duration.ofSeconds(30));
        issuers.update(List.of(spec));
        TestTokens token = TestTokens.validAt(clock.instant().plus(Duration.ofHours(1)));
        ecToken = token.without("iat").without("nbf").signed();
        rsaToken = token.header("alg", "RS256").header("kid", "rsa-1").signed(TestKeys.RSA);
        keys = ((KeySet.Reading.Keys) KeySet.read(TestKeys.jwks(new JWK[] {TestKeys.EC, TestKeys.RSA}), Set.of("ES256", "RS256"),
                FastestProvider.find(), KeySet.NONE)).set();
        verifier = new TokenVerifier(spec, (IssuerSpec.Signature) spec.proof());
        seen = List.of("Bearer " + ecToken);
        headers.remember((CompactToken.Unverified) CompactToken.read(ecToken, headers));
        headers.remember((CompactToken.Unverified) CompactToken.read(rsaToken, headers));
        require(remembered() instanceof AuthenticationResult.Proven);
        require(newWithEs256() instanceof Verification.Verified);
        require(newWithRs256() instanceof Verification.Verified);
    }

    private static void require(boolean proven) {
        if (!proven) {
            throw new IllegalStateException("The token was not believed.");
        }
    }

    /// Ends what was begun.
    @TearDown
    public void close() throws IOException {
        issuers.close();
        Files.delete(file);
    }

    /// A token that was seen before.
    @Benchmark
    public AuthenticationResult remembered() {
        return Objects.requireNonNull(authenticator.authenticate(seen, List.of(), ANY, "192.0.2.1").block());
    }

    /// A token of elliptic curves that nobody has seen, of a key that is known.
    @Benchmark
    public Verification newWithEs256() {
        return verifier.verify((CompactToken.Unverified) CompactToken.read(ecToken, headers), keys, clock.instant());
    }

    /// A token of RSA that nobody has seen, of a key that is known.
    @Benchmark
    public Verification newWithRs256() {
        return verifier.verify((CompactToken.Unverified) CompactToken.read(rsaToken, headers), keys, clock.instant());
    }
}
