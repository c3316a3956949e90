package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.MailSink;

import static org.assertj.core.api.Assertions.assertThat;

class MailLogTests {

    private static final String PAGE = "<!DOCTYPE html><p>Type <b>12345678</b>, Zoë.</p>";

    @Test
    void showsAMailOnTheTerminalInTheLogAndInTheBrowser(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("mail.log");
        Path pages = folder.resolve("mails");
        BlockingQueue<String> terminal = new LinkedBlockingQueue<>();
        try (MailSink sink = MailSink.temporary()) {
            MailLog watching = new MailLog(sink, log, pages, terminal::add);
            Thread thread = Thread.ofVirtual().start(watching);
            send(sink, "first@example.com", "Confirm your address");
            send(sink, "second@example.com", "Your new password");

            assertThat(terminal.poll(30, TimeUnit.SECONDS)).isEqualTo("mail to first@example.com: Confirm your address");
            assertThat(terminal.poll(30, TimeUnit.SECONDS)).isEqualTo("mail to second@example.com: Your new password");
            watching.stop();
            thread.join();
        }
        assertThat(log).content().contains("To: first@example.com", "Subject: Confirm your address", "Type 12345678, Zoë.",
                "To: second@example.com");
        assertThat(pages.resolve("001.html")).hasContent(PAGE);
        assertThat(pages.resolve("002.html")).hasContent(PAGE);
    }

    @Test
    void saysWhatItCannotKeep(@TempDir Path folder) throws Exception {
        Path inTheWay = Files.createFile(folder.resolve("file"));
        BlockingQueue<String> terminal = new LinkedBlockingQueue<>();
        try (MailSink sink = MailSink.temporary()) {
            MailLog watching = new MailLog(sink, inTheWay.resolve("mail.log"), folder, terminal::add);
            Thread thread = Thread.ofVirtual().start(watching);
            send(sink, "first@example.com", "Confirm your address");

            assertThat(terminal.poll(30, TimeUnit.SECONDS)).startsWith("cannot keep the next mail: ");
            assertThat(terminal.poll(30, TimeUnit.SECONDS)).isEqualTo("mail to first@example.com: Confirm your address");
            watching.stop();
            thread.join();
        }
    }

    private static void send(MailSink sink, String to, String subject) throws MessagingException, IOException {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", "127.0.0.1");
        properties.setProperty("mail.smtp.port", Integer.toString(URI.create(sink.smtpUrl()).getPort()));
        MimeBodyPart text = new MimeBodyPart();
        text.setText("Type 12345678, Zoë.", "UTF-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(PAGE, "UTF-8", "html");
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom("gatehouse@example.com");
        message.setRecipients(MimeMessage.RecipientType.TO, to);
        message.setSubject(subject, "UTF-8");
        message.setContent(new MimeMultipart("alternative", text, html));
        Transport.send(message);
    }
}
