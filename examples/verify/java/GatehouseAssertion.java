import java.net.URI;
import java.util.Set;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;

/// Tells who is calling, as the gateway has signed it. Needs com.nimbusds:nimbus-jose-jwt. One instance per backend; thread-safe.
public final class GatehouseAssertion {

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /// `keys` is https://GATEWAY/.well-known/gatehouse/jwks.json, `issuer` mostly "gatehouse", `routeId` this backend's route in routes.yml.
    public GatehouseAssertion(URI keys, String issuer, String routeId) throws Exception {
        var source = JWKSourceBuilder.create(keys.toURL()) // waits half a second at most, asks again for an unknown kid
                .cache(300_000, 2_000).rateLimited(10_000).retrying(true).outageTolerant(3_600_000).build();
        var claims = new DefaultJWTClaimsVerifier<>(routeId, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "iat", "exp"));
        claims.setMaxClockSkew(5); // seconds; an assertion comes with 25 or more left
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("gatehouse-assertion+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, source));
        processor.setJWTClaimsSetVerifier(claims);
    }

    /// The claims; throws com.nimbusds.jose.KeySourceException when the gateway's keys cannot be had and the request must be answered with 503, anything
    /// else when with 401. `header` is X-Gatehouse-Assertion, or null where there is none.
    public JWTClaimsSet verify(String header) throws Exception {
        if (header == null) {
            throw new BadJOSEException("no assertion");
        }
        return processor.process(header, null);
    }
}
