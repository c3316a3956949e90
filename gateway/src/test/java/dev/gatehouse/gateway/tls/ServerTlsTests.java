package dev.gatehouse.gateway.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.settings.TlsSettings;

import static org.assertj.core.api.Assertions.assertThat;

/// Which files are used, and what a change does.
class ServerTlsTests {

    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static final X509Bundle ONE = AUTHORITY.server("CN=one");
    private static final X509Bundle TWO = AUTHORITY.server("CN=two");

    @TempDir
    private Path folder;
    private TlsSettings settings;
    private ServerTls tls;

    @BeforeEach
    void open() {
        TestCertificates.write(folder, ONE);
        settings = new TlsSettings(folder.resolve("tls.crt"), folder.resolve("tls.key"), Optional.empty());
        tls = ServerTls.open(settings, true);
    }

    @AfterEach
    void close() {
        tls.close();
    }

    private void lookTwice() {
        tls.look();
        tls.look();
    }

    private void certificate(String text) throws Exception {
        Files.writeString(settings.certificate(), text);
    }

    private void key(String text) throws Exception {
        Files.writeString(settings.key(), text);
    }

    private void keepsTheOldOne(String why) {
        lookTwice();
        assertThat(tls.status().certificate()).startsWith("CN=one");
        assertThat(tls.status().trouble()).contains(why);
        assertThat(tls.status().refusals()).isEqualTo(1);
    }

    /// It costs a handshake and each record much less than the JDK's, and nothing else tells when it is missing.
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
    void isServedByTheNativeLibrary() {
        assertThat(ServerContexts.provider()).isEqualTo(SslProvider.OPENSSL);
    }

    @Test
    void usesANewPair() {
        TestCertificates.write(folder, TWO);

        lookTwice();

        assertThat(tls.status().certificate()).startsWith("CN=two");
        assertThat(tls.status().trouble()).isEmpty();
    }

    @Test
    void keepsTheOldOneWhereTheCertificateIsHalf() throws Exception {
        certificate(TWO.getCertificatePEM().substring(0, 200));
        keepsTheOldOne("GATEHOUSE_TLS_CERTIFICATE: no certificates");
    }

    @Test
    void keepsTheOldOneWhereTheKeyIsHalf() throws Exception {
        key(ONE.getPrivateKeyPEM().substring(0, 60));
        keepsTheOldOne("GATEHOUSE_TLS_KEY: no private key");
    }

    @Test
    void keepsTheOldOneWhereOnlyTheCertificateHasChanged() throws Exception {
        certificate(TWO.getCertificatePEM());
        keepsTheOldOne("not the key of the certificate");
    }

    @Test
    void keepsTheOldOneWhereAFileIsGone() throws Exception {
        Files.delete(settings.key());
        keepsTheOldOne("no such file");
    }

    @Test
    void saysSoWhenTheFilesAreMended() throws Exception {
        certificate("nothing");
        keepsTheOldOne("no certificates");

        TestCertificates.write(folder, ONE);
        lookTwice();

        assertThat(tls.status().trouble()).isEmpty();
    }

    @Test
    void tellsAtTheStartWhatIsWrongWithoutAWordOfTheKey() throws Exception {
        String key = TWO.getPrivateKeyPEM();
        key(key);

        assertThat(ServerTls.problem(settings)).hasValueSatisfying(
                problem -> assertThat(problem).startsWith("GATEHOUSE_TLS_KEY").doesNotContain(key.substring(40, 60)));
    }
}
