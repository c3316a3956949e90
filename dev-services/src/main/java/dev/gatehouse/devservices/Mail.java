package dev.gatehouse.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

/// A mail that arrived at the [MailSink].
///
/// @param from the senders' addresses
/// @param to the recipients' addresses
/// @param subject empty where the mail has none
/// @param text the body as it travelled where it has several parts, decoded where it has one
public record Mail(List<String> from, List<String> to, String subject, String text) {

    /// Copies the lists.
    public Mail {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    static Mail of(MimeMessage message) {
        try {
            Object content = message.getContent();
            String text = content instanceof String single
                    ? single
                    : new String(message.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Mail(addresses(message.getFrom()), addresses(message.getAllRecipients()),
                    Objects.requireNonNullElse(message.getSubject(), ""), text);
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("unreadable mail", e);
        }
    }

    private static List<String> addresses(Address[] addresses) {
        return addresses == null ? List.of() : Arrays.stream(addresses).map(Address::toString).toList();
    }
}
