package dev.gatehouse.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
/// @param html the part for programs that show pages; empty where the mail has none
public record Mail(List<String> from, List<String> to, String subject, String text, String html) {

    /// Copies the lists.
    public Mail {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    static Mail of(MimeMessage message) {
        try {
            return new Mail(addresses(message.getFrom()), addresses(message.getAllRecipients()),
                    Objects.requireNonNullElse(message.getSubject(), ""), text(message), part(message, "text/html").orElse(""));
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("unreadable mail", e);
        }
    }

    private static String text(MimeMessage message) throws MessagingException, IOException {
        Optional<String> plain = part(message, "text/plain");
        if (plain.isPresent()) {
            return plain.get();
        }
        return message.getContent() instanceof String single
                ? single
                : new String(message.getInputStream().readAllBytes(), StandardCharsets.UTF_8); // as it travelled
    }

    private static Optional<String> part(MimeMessage message, String type) throws MessagingException, IOException {
        if (message.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                if (parts.getBodyPart(i).isMimeType(type) && parts.getBodyPart(i).getContent() instanceof String content) {
                    return Optional.of(content);
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> addresses(Address[] addresses) {
        return addresses == null ? List.of() : Arrays.stream(addresses).map(Address::toString).toList();
    }
}
