package dev.gatehouse.devservices;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MailSinkTests {

    @Test
    void keepsWhatWasSent() throws MessagingException {
        try (MailSink sink = MailSink.temporary()) {
            send(sink, "alice@example.com", "Grüße", "Bitte bestätigen");

            assertThat(sink.awaitCount(1, Duration.ofSeconds(5))).isTrue();
            assertThat(sink.received()).first().satisfies(mail -> {
                assertThat(mail.to()).isEqualTo(List.of("alice@example.com"));
                assertThat(mail.subject()).isEqualTo("Grüße");
                assertThat(mail.text()).isEqualToIgnoringNewLines("Bitte bestätigen");
            });
        }
    }

    @Test
    void freesItsPortAtTheEnd() {
        MailSink sink = MailSink.temporary();
        sink.close();

        assertThat(FreePorts.isFree(URI.create(sink.smtpUrl()).getPort())).isTrue();
    }

    @Test
    void busyPortIsOneClearLine() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> MailSink.at(busy.getLocalPort())).isInstanceOf(ServiceStartException.class).hasMessage(
                    "The mail sink cannot start: port " + busy.getLocalPort() + " of 127.0.0.1 is in use by another program");
        }
    }

    private static void send(MailSink sink, String to, String subject, String text) throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", "127.0.0.1");
        properties.setProperty("mail.smtp.port", Integer.toString(URI.create(sink.smtpUrl()).getPort()));
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom("gatehouse@example.com");
        message.setRecipients(MimeMessage.RecipientType.TO, to);
        message.setSubject(subject, "UTF-8");
        message.setText(text, "UTF-8");
        Transport.send(message);
    }
}
