package dev.gatehouse.devservices;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

/// A mail server inside this JVM, on loopback, that takes every mail, keeps it in memory and delivers nothing. Safe to share
/// between threads.
public final class MailSink implements AutoCloseable {

    private final int port;
    private final GreenMail server;

    private MailSink(int port) {
        this.port = port;
        this.server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
    }

    /// A sink on a free port.
    public static MailSink temporary() {
        return at(FreePorts.next());
    }

    /// A sink on this port. Refuses a busy port with one line for a person.
    public static MailSink at(int port) {
        FreePorts.require("The mail sink", port);
        MailSink sink = new MailSink(port);
        try {
            sink.server.start();
            return sink;
        } catch (IllegalStateException e) {
            throw new ServiceStartException("The mail sink cannot start on port %d: %s".formatted(port, e.getMessage()), e);
        }
    }

    /// `smtp://127.0.0.1:port`.
    public String smtpUrl() {
        return "smtp://127.0.0.1:" + port;
    }

    /// All mails so far, oldest first, once per recipient.
    public List<Mail> received() {
        return Arrays.stream(server.getReceivedMessages()).map(Mail::of).toList();
    }

    /// Waits until there are at least this many mails; answers whether they came in time.
    public boolean awaitCount(int count, Duration patience) {
        return server.waitForIncomingEmail(patience.toMillis(), count);
    }

    /// Stops the server; its mails are gone.
    @Override
    public void close() {
        server.stop();
    }
}
