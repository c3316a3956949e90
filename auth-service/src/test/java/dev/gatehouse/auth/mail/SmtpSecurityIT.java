package dev.gatehouse.auth.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.SmtpSettings;
import dev.gatehouse.auth.settings.SmtpSettings.Security;

import static org.assertj.core.api.Assertions.assertThat;

/// Mail servers that want a login and speak TLS: mails and passwords go nowhere else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SmtpSecurityIT {

    private static final String PASSWORD = "päss";
    private static final MailTemplates.Rendered MAIL = new MailTemplates.Rendered("A", "b\n", "<p>b</p>");

    private SSLContext ours;
    private SSLContext ofAnotherName;

    @BeforeAll
    void makeCertificates(@TempDir Path folder) throws Exception {
        ours = identity(folder.resolve("ours.p12"), "ip:127.0.0.1");
        ofAnotherName = identity(folder.resolve("other.p12"), "dns:mail.example.com");
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void signsInAndSendsOverTls(Security security) throws IOException {
        try (TestMailServer server = new TestMailServer(security, ours)) {
            assertThat(send(server, security, PASSWORD, Optional.of(ours.getSocketFactory())))
                    .isInstanceOf(Smtp.Result.Sent.class);

            assertThat(server.told()).contains("tls AUTH PLAIN " + TestMailServer.LOGIN, "tls DATA")
                    .noneMatch(line -> line.startsWith("clear ") && !line.startsWith("clear EHLO")
                            && !line.equals("clear STARTTLS"));
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void tellsNothingToAServerThatNobodyVouchesFor(Security security) throws IOException {
        try (TestMailServer server = new TestMailServer(security, ours)) {
            assertThat(send(server, security, PASSWORD, Optional.empty())).isInstanceOf(Smtp.Result.Failed.class);

            assertThat(server.told()).noneMatch(line -> line.contains("AUTH") || line.contains("MAIL"));
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void tellsNothingToAServerOfAnotherName(Security security) throws IOException {
        try (TestMailServer server = new TestMailServer(security, ofAnotherName)) {
            assertThat(send(server, security, PASSWORD, Optional.of(ofAnotherName.getSocketFactory()), Duration.ofSeconds(2)))
                    .isInstanceOf(Smtp.Result.Failed.class);

            assertThat(server.told()).noneMatch(line -> line.contains("AUTH") || line.contains("MAIL"));
        }
    }

    @Test
    void keepsTheMailAndTheSecretWhereTheLoginIsRefused() throws IOException {
        try (TestMailServer server = new TestMailServer(Security.TLS, ours)) {
            assertThat(send(server, Security.TLS, "another", Optional.of(ours.getSocketFactory()))).isInstanceOfSatisfying(
                    Smtp.Result.Failed.class,
                    failed -> assertThat(failed.reason()).contains("SMTP_URL").doesNotContain("another"));

            assertThat(server.told()).noneMatch(line -> line.contains("MAIL"));
        }
    }

    private static Smtp.Result send(TestMailServer server, Security security, String password, Optional<SSLSocketFactory> trust) {
        return send(server, security, password, trust, Duration.ofSeconds(10));
    }

    private static Smtp.Result send(TestMailServer server, Security security, String password, Optional<SSLSocketFactory> trust,
            Duration deadline) {
        var login = new SmtpSettings.Login("gatehouse", Secret.of(password.getBytes(StandardCharsets.UTF_8)));
        var settings = new SmtpSettings("127.0.0.1", server.port(), security, Optional.of(login), "no-reply@auth.test");
        try (Smtp smtp = new Smtp(settings, Clock.systemUTC(), deadline, trust)) {
            return smtp.send(UUID.randomUUID(), "alice@example.com", MAIL);
        }
    }

    /// Who is called by that name, and believes only itself.
    private static SSLContext identity(Path file, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "mail", "-keyalg", "EC", "-dname", "CN=mail", "-ext", "san=" + name, "-storetype", "PKCS12",
                "-keystore",
                file.toString(), "-storepass", "changeit").redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("mail", keys.getCertificate("mail"));
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, "changeit".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
