package dev.gatehouse.gateway.identity;

import java.util.List;

/// A backend's header section with the story of how it came about. Immutable.
///
/// @param passed the client's fields that pass, in their order
/// @param written the gateway's own
/// @param dropped the client's fields of which nothing, or of a cookie not everything, passes; without their values
public record HeaderSection(List<Field> passed, List<Field> written, List<Dropped> dropped) {

    /// Copies the lists.
    public HeaderSection {
        passed = List.copyOf(passed);
        written = List.copyOf(written);
        dropped = List.copyOf(dropped);
    }

    /// One field.
    ///
    /// @param name as sent
    /// @param value as sent
    public record Field(String name, String value) {}

    /// One field that stays behind.
    ///
    /// @param name as the client spelled it
    /// @param reason why
    public record Dropped(String name, DropReason reason) {}
}
