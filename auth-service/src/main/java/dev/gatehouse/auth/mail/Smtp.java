package dev.gatehouse.auth.mail;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;

import dev.gatehouse.auth.settings.SmtpSettings;

/// Hands mails to a mail server, each over a connection of its own and within a deadline, however slowly the server speaks. Blocks;
/// thread-safe.
final class Smtp implements AutoCloseable {

    private static final String STEP_MILLIS = "10000"; // connecting, and each answer
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int GOODBYE = 421;

    private final SmtpSettings settings;
    private final Session session;
    private final Clock clock;
    private final Duration deadline;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Smtp(SmtpSettings settings, Clock clock) {
        this(settings, clock, DEADLINE, Optional.empty());
    }

    /// @param trust makes connections with TLS; empty: the JVM's certificate authorities are believed
    Smtp(SmtpSettings settings, Clock clock, Duration deadline, Optional<SSLSocketFactory> trust) {
        this.settings = settings;
        Properties properties = properties(settings);
        trust.ifPresent(factory -> properties.put("mail.smtp.ssl.socketFactory", factory));
        this.session = Session.getInstance(properties);
        this.clock = clock;
        this.deadline = deadline;
    }

    Result send(UUID id, String to, MailTemplates.Rendered mail) {
        // On a virtual thread an interrupt closes the socket that it waits for.
        Future<Result> sending = threads.submit(() -> attempt(id, to, mail));
        try {
            return sending.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException hanging) {
            return new Result.Failed("SMTP_URL: " + settings + " does not answer in time");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Result.Failed("stopped");
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug);
        } finally {
            sending.cancel(true);
        }
    }

    private Result attempt(UUID id, String to, MailTemplates.Rendered mail) {
        try {
            MimeMessage message = message(id, to, mail);
            try (Transport transport = session.getTransport("smtp")) {
                Optional<SmtpSettings.Login> login = settings.login();
                transport.connect(settings.host(), settings.port(), login.map(SmtpSettings.Login::user).orElse(null),
                        login.map(known -> new String(known.password().reveal(), StandardCharsets.UTF_8)).orElse(null));
                transport.sendMessage(message, message.getAllRecipients());
            }
            return new Result.Sent();
        } catch (SendFailedException refused) {
            return judged(refused);
        } catch (MessagingException away) {
            return new Result.Failed("SMTP_URL: " + settings + " does not answer as a mail server should, or refuses the login ("
                    + away.getClass().getSimpleName() + ")");
        }
    }

    private MimeMessage message(UUID id, String to, MailTemplates.Rendered mail) throws MessagingException {
        // The same id at each attempt: whoever gets a mail twice can tell.
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + id + settings.from().substring(settings.from().indexOf('@')) + ">");
            }
        };
        message.setFrom(new InternetAddress(settings.from(), true));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(to, true));
        message.setSubject(mail.subject(), "UTF-8");
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic answers, please
        MimeBodyPart text = new MimeBodyPart();
        text.setText(mail.text(), "UTF-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(mail.html(), "UTF-8", "html");
        message.setContent(new MimeMultipart("alternative", text, html));
        message.saveChanges();
        return message;
    }

    /// A code of 5xx: this mail will never be taken; one of 4xx: later, perhaps (RFC 5321 §4.2.1). What is said of the sender, or with a goodbye (421),
    /// would be said of every mail.
    private Result judged(MessagingException refused) {
        Exception cause = refused;
        while (cause instanceof MessagingException messaging) {
            int code = switch (messaging) {
                case org.eclipse.angus.mail.smtp.SMTPAddressFailedException address -> address.getReturnCode();
                case org.eclipse.angus.mail.smtp.SMTPSendFailedException send when !send.getCommand().startsWith("MAIL") ->
                    send.getReturnCode();
                default -> 0;
            };
            if (code >= 500) {
                return new Result.Refused();
            }
            if (code >= 400 && code != GOODBYE) {
                return new Result.Later();
            }
            cause = messaging.getNextException();
        }
        return new Result.Failed("SMTP_URL: " + settings + " does not take a mail at the moment");
    }

    private static Properties properties(SmtpSettings settings) {
        Properties properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", STEP_MILLIS);
        properties.put("mail.smtp.timeout", STEP_MILLIS);
        properties.put("mail.smtp.writetimeout", STEP_MILLIS);
        properties.put("mail.smtp.localhost", settings.from().substring(settings.from().indexOf('@') + 1));
        properties.put("mail.smtp.auth", Boolean.toString(settings.login().isPresent()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        switch (settings.security()) {
            case IF_OFFERED -> properties.put("mail.smtp.starttls.enable", "true");
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
        }
        return properties;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /// What became of a mail.
    sealed interface Result {

        /// The server has it.
        record Sent() implements Result {}

        /// The server will never take it.
        record Refused() implements Result {}

        /// It may take this one later, and takes others now.
        record Later() implements Result {}

        /// It takes none at the moment.
        ///
        /// @param reason for the operator's log, without secrets
        record Failed(String reason) implements Result {}
    }
}
