package dev.gatehouse.devservices.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A file that says which process was started, so that the next run can end it where this one had no chance to.
///
/// @param path where it is
public record ProcessFile(Path path) {

    /// Notes the process and when it started, which tells it from another one that gets its number later.
    public void remember(GuardedProcess process) {
        ProcessHandle handle = process.handle();
        try {
            Files.writeString(path, handle.pid() + " " + startOf(handle).orElse("unknown") + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Forgets it; a missing file is no error.
    public void forget() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the process that was noted, where it still runs: with this signal, and by force when it has not ended in time.
    public void endLeftover(Signal signal, Duration patience) {
        noted().ifPresent(process -> {
            List<ProcessHandle> family = Stream.concat(Stream.of(process), process.descendants()).toList();
            Signal.CONT.sendTo(family);
            signal.sendTo(List.of(process));
            if (!Deadline.in(patience).await(() -> GuardedProcess.hasEnded(process))) {
                Signal.KILL.sendTo(family);
                Deadline.in(patience).await(() -> family.stream().allMatch(GuardedProcess::hasEnded));
            }
        });
        forget();
    }

    private Optional<ProcessHandle> noted() {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        try {
            String[] words = Files.readString(path).trim().split(" ", -1);
            return words.length == 2 && words[0].matches("\\d{1,18}")
                    ? ProcessHandle.of(Long.parseLong(words[0])).filter(process -> startOf(process).equals(Optional.of(words[1])))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).map(String::valueOf);
    }
}
