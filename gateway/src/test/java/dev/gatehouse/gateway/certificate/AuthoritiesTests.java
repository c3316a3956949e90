package dev.gatehouse.gateway.certificate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.Caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Whose certificates count, and whom they name.
class AuthoritiesTests {

    private static final X509Bundle ROOT = authority("CN=Root");
    private static final X509Bundle OTHER = authority("CN=Root"); // of the same name, with another key
    private static final Authorities AUTHORITIES = Authorities.of(List.of(ROOT.getCertificate()));

    private static X509Bundle authority(String subject) {
        return built(new CertificateBuilder().ecp256().subject(subject), null);
    }

    private static X509Bundle built(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null
                    ? builder.setIsCertificateAuthority(true).buildSelfSigned()
                    : builder.buildIssuedBy(issuer);
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static CertificateBuilder client() {
        return new CertificateBuilder().ecp256().subject("CN=orders,O=Example").addExtendedKeyUsageClientAuth();
    }

    private static Judgement judged(X509Bundle shown) {
        return AUTHORITIES.judge(shown.getCertificatePathList(), Instant.now());
    }

    private static String name(UnaryOperator<CertificateBuilder> details) {
        Judgement judgement = judged(built(details.apply(client()), ROOT));
        return judgement instanceof Judgement.Proven(Caller.Authenticated caller) ? caller.subject() : judgement.toString();
    }

    private static CertificateBuilder uri(CertificateBuilder builder, String uri) {
        return builder.addSanUriName(java.net.URI.create(uri));
    }

    /// One DNS name as it is: the library that makes these certificates takes only good ones (RFC 5280 §4.2.1.6).
    private static CertificateBuilder host(CertificateBuilder builder, String name) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        byte[] names = ByteBuffer.allocate(octets.length + 4).put((byte) 0x30).put((byte) (octets.length + 2)).put((byte) 0x82)
                .put((byte) octets.length).put(octets).array();
        return builder.addExtensionOctetString("2.5.29.17", false, names);
    }

    @Test
    void readsNamesThatOtherLibrariesWrite() {
        assertThat(name(builder -> host(builder, "orders.example.com"))).isEqualTo("dns:orders.example.com");
    }

    static Stream<Arguments> names() {
        return Stream.of(named("dn:CN=orders,O=Example", builder -> builder),
                named("dn:CN=orders,OU=a\\,b,O=Example", builder -> builder.subject("CN=orders,OU=a\\,b,O=Example")),
                named("dns:orders.example.com", builder -> builder.addSanDnsName("Orders.example.com")),
                named("spiffe://example.org/orders", builder -> uri(builder, "spiffe://example.org/orders")),
                named("spiffe://example.org/orders",
                        builder -> uri(builder.addSanDnsName("a").addSanDnsName("b"), "spiffe://example.org/orders")),
                named("urn:uuid:0199a1c2-7c1e", builder -> uri(builder, "urn:uuid:0199a1c2-7c1e")));
    }

    private static Arguments named(String name, UnaryOperator<CertificateBuilder> details) {
        return arguments(name, details);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void names(String name, UnaryOperator<CertificateBuilder> details) {
        assertThat(name(details)).isEqualTo(name);
        assertThat(CertificateName.parse(name)).as("as an operator writes it").isEqualTo(name);
    }

    static Stream<Arguments> namesOfNobody() {
        return Stream.of(named("two URIs", builder -> uri(uri(builder, "spiffe://a/b"), "spiffe://a/c")),
                named("two hosts", builder -> builder.addSanDnsName("a.example").addSanDnsName("b.example")),
                named("any host", builder -> host(builder, "*.example.com")),
                named("a host and more behind its end", builder -> host(builder, "orders.example.com\0.evil.example")),
                named("capitals in a trust domain", builder -> uri(builder, "spiffe://Example.org/orders")),
                named("capitals in a scheme", builder -> uri(builder, "SPIFFE://example.org/orders")),
                named("an encoded letter", builder -> uri(builder, "spiffe://example.org/%6frders")),
                named("dots", builder -> uri(builder, "spiffe://example.org/a/../orders")),
                named("a slash at the end", builder -> uri(builder, "spiffe://example.org/orders/")),
                named("an empty segment", builder -> uri(builder, "spiffe://example.org//orders")),
                named("a port", builder -> uri(builder, "spiffe://example.org:80/orders")),
                named("a user", builder -> uri(builder, "spiffe://me@example.org/orders")),
                named("a query", builder -> uri(builder, "spiffe://example.org/orders?x")),
                named("a fragment", builder -> uri(builder, "spiffe://example.org/orders#x")),
                named("two values in one part", builder -> builder.subject("CN=orders+UID=7,O=Example")),
                named("a control character", builder -> builder.subject("CN=orders\u0007,O=Example")),
                named("text from right to left", builder -> builder.subject("CN=\u202Esredro,O=Example")),
                named("letters in another form", builder -> builder.subject("CN=Zoe\u0308,O=Example")),
                named("no subject", builder -> builder.subject("").addSanIpAddress("127.0.0.1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void namesOfNobody(String why, UnaryOperator<CertificateBuilder> details) {
        assertThat(judged(built(details.apply(client()), ROOT))).as(why).isInstanceOf(Judgement.Refused.class);
    }

    static Stream<Arguments> refusals() {
        X509Bundle intermediate = built(new CertificateBuilder().ecp256().subject("CN=Between").setIsCertificateAuthority(true),
                ROOT);
        X509Bundle leaf = built(client(), ROOT);
        return Stream.of(arguments("self-signed", built(client(), null)),
                arguments("another root of the same name", built(client(), OTHER)),
                arguments("expired",
                        built(client().notBefore(Instant.now().minus(Duration.ofDays(9)))
                                .notAfter(Instant.now().minus(Duration.ofDays(1))), ROOT)),
                arguments("not yet",
                        built(client().notBefore(Instant.now().plus(Duration.ofDays(1)))
                                .notAfter(Instant.now().plus(Duration.ofDays(9))), ROOT)),
                arguments("for servers",
                        built(new CertificateBuilder().ecp256().subject("CN=s").addExtendedKeyUsageServerAuth(), ROOT)),
                arguments("not for signing",
                        built(client().setKeyUsage(true, CertificateBuilder.KeyUsage.keyEncipherment), ROOT)),
                arguments("issued by one that may not issue", built(client(), leaf)),
                arguments("issued by an old one", built(client(),
                        built(new CertificateBuilder().ecp256().subject("CN=Old").setIsCertificateAuthority(true)
                                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                                .notAfter(Instant.now().minus(Duration.ofDays(1))), ROOT))),
                arguments("without the one between",
                        X509Bundle.fromCertificatePath(
                                new java.security.cert.X509Certificate[]{built(client(), intermediate).getCertificate()},
                                ROOT.getCertificate(), leaf.getKeyPair())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusals(String why, X509Bundle shown) {
        assertThat(judged(shown)).as(why).isInstanceOf(Judgement.Refused.class);
    }

    @Test
    void believesThroughOthersThatTheClientShows() {
        X509Bundle intermediate = built(new CertificateBuilder().ecp256().subject("CN=Between").setIsCertificateAuthority(true),
                ROOT);
        assertThat(judged(built(client(), intermediate))).isInstanceOf(Judgement.Proven.class);
    }

    @Test
    void believesWhatMayBeUsedForAnything() {
        assertThat(judged(built(new CertificateBuilder().ecp256().subject("CN=any"), ROOT))).isInstanceOf(Judgement.Proven.class);
    }

    @Test
    void readsNoLongChain() {
        X509Bundle leaf = built(client(), ROOT);
        java.security.cert.X509Certificate[] chain = new java.security.cert.X509Certificate[7];
        Arrays.fill(chain, leaf.getCertificate());
        assertThat(AUTHORITIES.judge(List.of(chain), Instant.now())).isInstanceOf(Judgement.Refused.class);
    }

    @Test
    void judgesNothingWhereNothingWasShown() {
        assertThat(AUTHORITIES.judge(List.of(), Instant.now())).isEqualTo(Judgement.NONE);
    }

    @Test
    void endsWithTheCertificate() {
        X509Bundle leaf = built(client().notAfter(Instant.now().plus(Duration.ofDays(1))), ROOT);
        assertThat(AUTHORITIES.judge(leaf.getCertificatePathList(), Instant.now().plus(Duration.ofDays(2))))
                .isInstanceOf(Judgement.Refused.class);
    }

    @Test
    void takesNobodyForAnAuthorityWhoIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authorities.of(List.of(built(client(), ROOT).getCertificate())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"dns:Orders.Example.com | dns:orders.example.com",
            "dn:cn=orders, o=Example | dn:CN=orders,O=Example", "spiffe://example.org | spiffe://example.org"})
    void knowsTheSpellingsOfOperators(String written, String name) {
        assertThat(CertificateName.parse(written)).isEqualTo(name);
    }
}
