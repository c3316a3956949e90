package dev.gatehouse.devservices.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class GuardedProcessTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private GuardedProcess started;

    @AfterEach
    void killWhatWasStarted() {
        if (started != null) {
            started.kill();
        }
    }

    @Test
    void tellsExitStatusAndLastLines() throws Exception {
        start("echo one; echo two; exit 7").onExit().get(10, TimeUnit.SECONDS);

        assertThat(started.exitStatus()).contains(7);
        assertThat(started.lastLines(1)).containsExactly("two");
    }

    @Test
    void programThatDoesNotExistEndsWith127() throws Exception {
        started = GuardedProcess.start(Command.of(List.of("/no/such/program"), folder, folder.resolve("log")));

        assertThat(started.onExit().get(10, TimeUnit.SECONDS).exitStatus()).contains(127);
    }

    @Test
    void givesItsEnvironment() throws Exception {
        started = GuardedProcess
                .start(Command.of(List.of("/bin/sh", "-c", "echo $COLOUR"), folder, folder.resolve("log"))
                        .with(Map.of("COLOUR", "red")));
        started.onExit().get(10, TimeUnit.SECONDS);

        assertThat(started.lastLines(1)).containsExactly("red");
    }

    @Test
    void stopsByItselfWhenAsked() {
        start("trap 'exit 0' TERM; touch ready; while :; do sleep 0.1; done");
        awaitFile("ready");

        assertThat(started.stop(Signal.TERM, SOON)).isTrue();
    }

    @Test
    void isKilledWithItsDescendantsWhenItDoesNotStop() throws IOException {
        start("trap '' TERM; sleep 600 & echo $! >grandchild; touch ready; wait; sleep 600");
        awaitFile("ready");
        ProcessHandle grandchild = ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("grandchild")).trim()))
                .orElseThrow();

        assertThat(started.stop(Signal.TERM, Duration.ofMillis(200))).isFalse();
        assertThat(started.alive()).isFalse();
        assertThat(GuardedProcess.hasEnded(grandchild)).isTrue();
    }

    @Test
    void isOutOfReachOfSignalsToOurProcessGroup() throws IOException {
        start("ps -o pgid= -p $$ | tr -d ' ' >child; ps -o pgid= -p $PPID | tr -d ' ' >guard; ps -o pgid= -p "
                + ProcessHandle.current().pid() + " | tr -d ' ' >ours; touch ready; exec sleep 600");
        awaitFile("ready");

        assertThat(List.of(content("child"), content("guard"))).doesNotContain(content("ours"));
    }

    @Test
    void stopsAlsoWhenItsGuardWasKilled() {
        start("touch ready; exec sleep 600");
        awaitFile("ready");
        Signal.KILL.sendTo(List.of(started.handle().parent().orElseThrow()));

        assertThat(started.stop(Signal.TERM, SOON)).isTrue();
        assertThat(GuardedProcess.hasEnded(started.handle())).isTrue();
    }

    @Test
    void endsWhenTheJvmIsKilled() throws Exception {
        try (OtherJvm jvm = OtherJvm.running(Parent.class, folder.toString())) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(jvm.firstLine())).orElseThrow();
            jvm.kill();

            assertThat(Deadline.in(SOON).await(() -> GuardedProcess.hasEnded(child))).isTrue();
            assertThat(Deadline.in(SOON).await(() -> Files.notExists(folder.resolve("unwanted")))).isTrue();
        }
    }

    /// Starts a child, tells its number and waits to be killed.
    static final class Parent {

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Path unwanted = Files.createDirectory(folder.resolve("unwanted"));
            GuardedProcess child = GuardedProcess
                    .start(Command.of(List.of("/bin/sleep", "600"), folder, folder.resolve("log")).removing(unwanted));
            System.out.println(child.handle().pid());
            child.onExit().get();
        }
    }

    private GuardedProcess start(String script) {
        started = GuardedProcess.start(Command.of(List.of("/bin/sh", "-c", script), folder, folder.resolve("log")));
        return started;
    }

    private String content(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    private void awaitFile(String name) {
        assertThat(Deadline.in(SOON).await(() -> Files.exists(folder.resolve(name)))).isTrue();
    }
}
