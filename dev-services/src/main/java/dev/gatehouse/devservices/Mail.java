package dev.gatehouse.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;

/// A mail that arrived at the [MailSink].
///
/// @param from the senders' addresses
/// @param to the recipients' addresses
/// @param subject empty where the mail has none
/// @param text the body, or the part of it that is for programs that show text
public record Mail(List<String> from, List<String> to, String subject, String text) {

    /// Copies the lists.
    public Mail {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    static Mail of(MimeMessage message) {
        try {
            return new Mail(addresses(message.getFrom()), addresses(message.getAllRecipients()),
                    Objects.requireNonNullElse(message.getSubject(), ""), text(message));
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("unreadable mail", e);
        }
    }

    private static String text(MimeMessage message) throws MessagingException, IOException {
        Object content = message.getContent();
        if (content instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                if (parts.getBodyPart(i).isMimeType("text/plain") && parts.getBodyPart(i).getContent() instanceof String plain) {
                    return plain;
                }
            }
        }
        return content instanceof String single
                ? single
                : new String(message.getInputStream().readAllBytes(), StandardCharsets.UTF_8); // as it travelled
    }

    private static List<String> addresses(Address[] addresses) {
        return addresses == null ? List.of() : Arrays.stream(addresses).map(Address::toString).toList();
    }
}
