package dev.gatehouse.devservices.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// A running child that ends with this JVM, however the JVM ends. A shell stands between the two (`guard.sh`): it holds the read
/// end of a pipe from this JVM and stops the child when the pipe breaks. That works wherever there is a POSIX shell, and unlike
/// Linux' parent-death signal it is not tied to the life of the Java thread that started the child. Safe to share between threads.
public final class GuardedProcess {

    private static final String GUARD = script();
    private static final List<String> OWN_SESSION = ownSession();
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private final Command command;
    private final Process guard;
    private final ProcessHandle child;

    private GuardedProcess(Command command, Process guard, ProcessHandle child) {
        this.command = command;
        this.guard = guard;
        this.child = child;
    }

    /// Starts the command. A program that cannot be run shows as a process that ends at once with status 126 or 127.
    public static GuardedProcess start(Command command) {
        List<String> words = new ArrayList<>(OWN_SESSION);
        words.addAll(List.of("/bin/sh", "-c", GUARD, "gatehouse-guard", command.log().toString(),
                command.onOrphaned().name(), command.removeAfterwards().map(Path::toString).orElse("")));
        words.addAll(command.words());
        ProcessBuilder builder = new ProcessBuilder(words).directory(command.folder().toFile());
        builder.environment().putAll(command.environment());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
        try {
            Process guard = builder.start();
            return new GuardedProcess(command, guard, childOf(guard));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.words().getFirst(), e);
        }
    }

    private static ProcessHandle childOf(Process guard) throws IOException {
        BufferedReader answer = guard.inputReader(StandardCharsets.US_ASCII);
        String pid = answer.readLine();
        if (pid == null) {
            throw new IOException("the guard shell ended before it started anything");
        }
        return ProcessHandle.of(Long.parseLong(pid)).orElse(guard.toHandle());
    }

    /// The child itself, not the shell that guards it.
    public ProcessHandle handle() {
        return child;
    }

    /// Where its output goes.
    public Path log() {
        return command.log();
    }

    /// Whether the child still runs, be it without its guard.
    public boolean alive() {
        return guard.isAlive() || !hasEnded(child);
    }

    /// The child's exit status (128 + number of the signal that ended it), absent while it runs.
    public Optional<Integer> exitStatus() {
        return guard.isAlive() ? Optional.empty() : Optional.of(guard.exitValue());
    }

    /// Completes when the child has ended, for whatever reason.
    public CompletableFuture<GuardedProcess> onExit() {
        return guard.onExit().thenApply(ended -> this);
    }

    /// Asks the child to end, waits for it no longer than `patience`, then kills it. Answers whether it ended by itself.
    public boolean stop(Signal signal, Duration patience) {
        signal.sendTo(List.of(child));
        Signal.CONT.sendTo(List.of(child));
        boolean ended = Deadline.in(patience).await(() -> !alive());
        if (!ended) {
            kill();
        }
        return ended;
    }

    /// Ends the child and all its descendants without a chance to react and waits until they are gone.
    public void kill() {
        Signal.STOP.sendTo(List.of(child));
        List<ProcessHandle> all = family();
        Signal.KILL.sendTo(all);
        Deadline.in(KILL_PATIENCE).await(() -> !alive() && all.stream().allMatch(GuardedProcess::hasEnded));
    }

    /// Freezes the child and all its descendants; they keep their ports and answer nothing.
    public void pause() {
        Signal.STOP.sendTo(List.of(child));
        Signal.STOP.sendTo(family());
    }

    /// Wakes what [#pause()] froze.
    public void resume() {
        Signal.CONT.sendTo(family());
    }

    /// The last lines of the child's log, oldest first; empty when there is none.
    public List<String> lastLines(int count) {
        try {
            List<String> lines = Files.readString(command.log(), StandardCharsets.ISO_8859_1).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<ProcessHandle> family() {
        return Stream.concat(Stream.of(child), child.descendants()).toList();
    }

    /// Whether a process runs no more. A zombie that nobody reaps (in a container whose first process does not) has ended too: it
    /// holds nothing but its number.
    public static boolean hasEnded(ProcessHandle process) {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return !process.isAlive();
        }
    }

    // Signals to our process group, such as a terminal's Ctrl-C, must reach neither guard nor child: we end them, in order.
    // Linux has setsid; macOS has Perl.
    private static List<String> ownSession() {
        if (isOnPath("setsid")) {
            return List.of("setsid");
        }
        return isOnPath("perl") ? List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV") : List.of();
    }

    private static boolean isOnPath(String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        return Stream.of(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String script() {
        try (InputStream script = GuardedProcess.class.getResourceAsStream("guard.sh")) {
            if (script == null) {
                throw new IllegalStateException("guard.sh is missing beside GuardedProcess");
            }
            // Without its comments: the whole script stands in the machine's list of processes.
            return new String(script.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^#.*\\R", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
