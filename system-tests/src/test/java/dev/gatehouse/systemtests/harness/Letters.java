package dev.gatehouse.systemtests.harness;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.devservices.Mail;
import dev.gatehouse.devservices.MailSink;
import dev.gatehouse.devservices.process.Deadline;

/// What reached one address, as its owner reads it.
///
/// @param mails the server
/// @param address of the owner
public record Letters(MailSink mails, String address) {

    private static final Pattern CODE = Pattern.compile("^\\s+([0-9]{8})$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("https?://[^/\\s]+(/\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// The code of the latest mail with this in its subject; waits for it.
    public String code(String subject) {
        return found(CODE, await(subject));
    }

    /// Path and query of the link in the latest mail with this in its subject; waits for it.
    public String link(String subject) {
        return found(LINK, await(subject));
    }

    /// The latest mail with this in its subject; waits for it.
    public Mail await(String subject) {
        if (!Deadline.in(PATIENCE).await(() -> !about(subject).isEmpty())) {
            throw new AssertionError("no mail with " + subject + " came to " + address);
        }
        return about(subject).getLast();
    }

    private List<Mail> about(String subject) {
        return mails.received().stream().filter(mail -> mail.to().contains(address) && mail.subject().contains(subject)).toList();
    }

    private static String found(Pattern pattern, Mail mail) {
        Matcher matcher = pattern.matcher(mail.text());
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is missing in " + mail.text());
        }
        return matcher.group(1);
    }
}
