package dev.gatehouse.auth.events;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// Something that happened. It holds identifiers and words of ours and nothing else: no name, no address, no token, no text of
/// anybody's; [#Event] refuses values that could be one.
///
/// @param type from the catalogue
/// @param subject the user it happened to, where it is one we know
/// @param session concerned, if any
/// @param actor who did it, where that is not the subject
/// @param data details, each a word or an identifier
public record Event(EventType type, Optional<UUID> subject, Optional<UUID> session, Optional<UUID> actor,
        Map<String, String> data) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]{0,31}");
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_.:-]{0,63}");

    /// Copies the data and refuses values that are not words.
    public Event {
        data = Map.copyOf(data);
        data.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || !WORD.matcher(value).matches()) {
                throw new IllegalArgumentException(type + " data " + name + " (expected: words, never free text)");
            }
        });
    }

    /// {@return an event about a user}
    ///
    /// @param type from the catalogue
    /// @param user to whom it happened
    public static Event about(EventType type, UUID user) {
        return new Event(type, Optional.of(user), Optional.empty(), Optional.empty(), Map.of());
    }

    /// {@return an event about nobody we know, such as a rotation of keys or a sign-in under an unknown name}
    ///
    /// @param type from the catalogue
    public static Event of(EventType type) {
        return new Event(type, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    /// {@return the same, in a session}
    ///
    /// @param id of the session
    public Event in(UUID id) {
        return new Event(type, subject, Optional.of(id), actor, data);
    }

    /// {@return the same, done by somebody other than the subject}
    ///
    /// @param who such as an administrator
    public Event by(UUID who) {
        return new Event(type, subject, session, Optional.of(who), data);
    }

    /// {@return the same with `reason`}
    ///
    /// @param reason the name of the constant, in lower case, is what consumers see
    public Event because(Enum<?> reason) {
        return with("reason", reason.name().toLowerCase(Locale.ROOT));
    }

    /// {@return the same with one more detail}
    ///
    /// @param name lower case letters and underscores
    /// @param word of ours: a role, a kind, an identifier; never what somebody typed
    public Event with(String name, String word) {
        Map<String, String> more = new TreeMap<>(data);
        more.put(name, word);
        return new Event(type, subject, session, actor, more);
    }
}
