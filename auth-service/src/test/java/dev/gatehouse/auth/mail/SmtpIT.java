package dev.gatehouse.auth.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.FaultyProxy;
import dev.gatehouse.auth.settings.SmtpSettings;
import dev.gatehouse.auth.settings.SmtpSettings.Security;
import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.MailSink;

import static org.assertj.core.api.Assertions.assertThat;

/// Mail servers that take mails, refuse them, or do neither.
final class SmtpIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final MailTemplates.Rendered MAIL = new MailTemplates.Rendered("Grüße aus dem Test", "Text: żółć\n",
            "<p>żółć</p>");

    @Test
    void handsOverOneMailInTwoForms() {
        try (MailSink sink = MailSink.temporary()) {
            assertThat(send(URI.create(sink.smtpUrl()).getPort(), Security.IF_OFFERED)).isInstanceOf(Smtp.Result.Sent.class);

            assertThat(sink.received()).singleElement().satisfies(mail -> {
                assertThat(mail.to()).containsExactly("alice@example.com");
                assertThat(mail.from()).containsExactly("no-reply@auth.test");
                assertThat(mail.subject()).isEqualTo("Grüße aus dem Test");
                assertThat(mail.text()).isEqualToNormalizingNewlines("Text: żółć\n");
            });
        }
    }

    @Test
    void sendsNothingInTheClearWhereEncryptionIsAskedFor() {
        try (MailSink sink = MailSink.temporary()) {
            assertThat(send(URI.create(sink.smtpUrl()).getPort(), Security.STARTTLS)).isInstanceOf(Smtp.Result.Failed.class);
            assertThat(send(URI.create(sink.smtpUrl()).getPort(), Security.TLS)).isInstanceOf(Smtp.Result.Failed.class);
            assertThat(sink.received()).isEmpty();
        }
    }

    @Test
    void givesUpOnAServerThatHangs() {
        try (MailSink sink = MailSink.temporary();
                FaultyProxy proxy = new FaultyProxy(URI.create(sink.smtpUrl()).getPort())) {
            proxy.hold();

            assertFailsInTime(proxy.port());
        }
    }

    @Test
    void givesUpOnAServerThatSpeaksForEver() throws IOException {
        // Each byte comes well before the deadline of a single answer.
        try (var server = server(socket -> {
            for (int i = 0; i < 1000; i++) {
                socket.getOutputStream().write("220-still here\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(100);
            }
        })) {
            assertFailsInTime(server.getLocalPort());
        }
    }

    @ParameterizedTest
    @CsvSource({"RCPT,550 no such user,Refused", "RCPT,450 try later,Later", "RCPT,421 goodbye,Failed",
            "DATA,554 not that one,Refused", "DATA,451 try later,Later", "MAIL,451 try later,Failed",
            "MAIL,550 no such sender,Failed"})
    void tellsNeverFromLater(String command, String answer, String result) throws IOException {
        try (var server = server(socket -> talk(socket, said -> said.startsWith(command) ? answer : ordinary(said)))) {
            assertThat(send(server.getLocalPort(), Security.IF_OFFERED).getClass().getSimpleName()).isEqualTo(result);
        }
    }

    @Test
    void saysWhatIsWrongWithoutSayingWhatItSent() {
        int nobody = FreePorts.next();

        assertThat(send(nobody, Security.IF_OFFERED)).isInstanceOfSatisfying(Smtp.Result.Failed.class,
                failed -> assertThat(failed.reason()).startsWith("SMTP_URL: 127.0.0.1:" + nobody).doesNotContain("alice"));
    }

    private static void assertFailsInTime(int port) {
        long start = System.nanoTime();
        assertThat(send(port, Security.IF_OFFERED, DEADLINE)).isInstanceOf(Smtp.Result.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plusSeconds(2));
    }

    private static Smtp.Result send(int port, Security security) {
        return send(port, security, PATIENCE);
    }

    private static Smtp.Result send(int port, Security security, Duration deadline) {
        var settings = new SmtpSettings("127.0.0.1", port, security, Optional.empty(), "no-reply@auth.test");
        try (Smtp smtp = new Smtp(settings, Clock.systemUTC(), deadline, Optional.empty())) {
            return smtp.send(UUID.randomUUID(), "alice@example.com", MAIL);
        }
    }

    private static String ordinary(String said) {
        return said.startsWith("DATA") ? "354 go on" : said.startsWith("QUIT") ? "221 bye" : "250 ok";
    }

    private static void talk(Socket socket, UnaryOperator<String> answer) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        say(socket, "220 hello");
        for (String said = in.readLine(); said != null; said = in.readLine()) {
            say(socket, answer.apply(said));
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static ServerSocket server(Conversation conversation) throws IOException {
        ServerSocket listener = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                conversation.with(socket);
            } catch (IOException ended) {
                // By the other side, or by the end of the test.
            } catch (Exception broken) {
                throw new UncheckedIOException(new IOException(broken));
            }
        });
        return listener;
    }

    private interface Conversation {

        void with(Socket socket) throws Exception;
    }
}
