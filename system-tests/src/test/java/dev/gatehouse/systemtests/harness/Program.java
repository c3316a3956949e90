package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;

/// A Java program that runs as a process of its own, with a log file. It ends with this JVM at the latest.
public final class Program implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // Small heaps, and the collector and the compiler that start fastest.
    private static final List<String> JAVA = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final GuardedProcess process;

    private Program(GuardedProcess process) {
        this.process = process;
    }

    static Program start(Path log, List<String> arguments, Map<String, String> environment) {
        List<String> words = new ArrayList<>(JAVA);
        words.addAll(arguments);
        return new Program(GuardedProcess.start(Command.of(words, log.getParent(), log).with(environment)));
    }

    /// Waits until the condition holds; fails with the last lines of the log when it does not come true or the program ends.
    void awaitReady(Ready ready) {
        Deadline.in(PATIENCE).await(() -> !process.alive() || ready.holds());
        if (!process.alive() || !ready.holds()) {
            throw new IllegalStateException(
                    process.log() + " is not ready:\n" + String.join("\n", process.lastLines(40)));
        }
    }

    /// Sends SIGTERM and returns at once.
    public void terminate() {
        if (!process.handle().destroy()) {
            throw new IllegalStateException("cannot signal " + process.log());
        }
    }

    /// Whether it still runs.
    public boolean alive() {
        return process.alive();
    }

    /// The exit status, waited for; 128 + number of the signal when a signal ended it.
    public int exitStatus() {
        try {
            return process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).exitStatus().orElseThrow();
        } catch (TimeoutException late) {
            throw new IllegalStateException(process.log() + " does not end", late);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// All that it has printed, on both streams.
    public String output() {
        try {
            return Files.readString(process.log(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        process.kill();
    }

    /// Says whether a program can serve.
    @FunctionalInterface
    interface Ready {
        boolean holds();
    }
}
