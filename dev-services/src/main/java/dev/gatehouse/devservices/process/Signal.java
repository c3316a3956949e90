package dev.gatehouse.devservices.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The signals a service understands, by their POSIX names.
public enum Signal {

    /// Asks for an orderly end.
    TERM,
    /// PostgreSQL: a fast shutdown that leaves clean files.
    INT,
    /// PostgreSQL: an immediate end, files are recovered at the next start.
    QUIT,
    /// Ends at once, without a chance to react.
    KILL,
    /// Freezes.
    STOP,
    /// Wakes from [#STOP].
    CONT;

    /// Sends this signal; a process that is gone already is no error. The shell's own `kill` does it, because small systems have
    /// no such program.
    public void sendTo(List<ProcessHandle> processes) {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\" 2>/dev/null", name()));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            Process kill = new ProcessBuilder(command).redirectErrorStream(true).start();
            kill.getOutputStream().close();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
