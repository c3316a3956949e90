package dev.gatehouse.devservices.up;

import java.util.List;

/// Something that must run does not. The message is one line for a person.
final class ChildFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lastLines;

    ChildFailure(String message, List<String> lastLines) {
        super(message);
        this.lastLines = List.copyOf(lastLines);
    }

    /// The end of its log.
    List<String> lastLines() {
        return lastLines;
    }
}
