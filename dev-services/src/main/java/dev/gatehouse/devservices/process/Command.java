package dev.gatehouse.devservices.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What to start and how to end it.
///
/// @param words the program and its arguments
/// @param folder where it runs
/// @param environment added to this JVM's environment
/// @param log file its output is appended to
/// @param onOrphaned sent to it when this JVM has gone without stopping it
/// @param removeAfterwards a folder the guard deletes when the process has ended because this JVM has gone
public record Command(List<String> words, Path folder, Map<String, String> environment, Path log, Signal onOrphaned,
        Optional<Path> removeAfterwards) {

    /// Checks and copies.
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("words: empty (expected: a program)");
        }
    }

    /// A command with nothing special: this JVM's environment, [Signal#TERM] when orphaned.
    public static Command of(List<String> words, Path folder, Path log) {
        return new Command(words, folder, Map.of(), log, Signal.TERM, Optional.empty());
    }

    /// The same with these variables in its environment.
    public Command with(Map<String, String> variables) {
        return new Command(words, folder, variables, log, onOrphaned, removeAfterwards);
    }

    /// The same, ended by this signal when orphaned.
    public Command whenOrphaned(Signal signal) {
        return new Command(words, folder, environment, log, signal, removeAfterwards);
    }

    /// The same, its folder being deleted when orphaned.
    public Command removing(Path unwanted) {
        return new Command(words, folder, environment, log, onOrphaned, Optional.of(unwanted));
    }
}
