package dev.gatehouse.devservices;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.OtherJvm;
import dev.gatehouse.devservices.process.Signal;

import static org.assertj.core.api.Assertions.assertThat;

/// What a JVM that was killed leaves behind, and what the next one does about it.
@Tag("slow")
class LeftoverTests {

    @TempDir
    Path folder;

    private final int postgresPort = FreePorts.next();
    private final int redisPort = FreePorts.next();

    @Test
    void serversEndWithTheirKilledJvm() throws Exception {
        try (OtherJvm jvm = startElsewhere()) {
            ProcessHandle postgres = serverIn("postgres");
            ProcessHandle redis = serverIn("redis");
            jvm.kill();

            assertThat(Deadline.in(Duration.ofSeconds(15))
                    .await(() -> GuardedProcess.hasEnded(postgres) && GuardedProcess.hasEnded(redis))).isTrue();
        }
    }

    @Test
    void startsAtOnceAfterItsJvmWasKilled() throws Exception {
        try (OtherJvm jvm = startElsewhere()) {
            jvm.kill();
            startHere();
        }
    }

    @Test
    void stopsServersWhoseGuardsWereKilledToo() throws Exception {
        try (OtherJvm jvm = startElsewhere()) {
            ProcessHandle postgres = serverIn("postgres");
            ProcessHandle redis = serverIn("redis");
            Signal.KILL.sendTo(List.of(postgres.parent().orElseThrow(), redis.parent().orElseThrow()));
            jvm.kill();
            assertThat(postgres.isAlive() && redis.isAlive()).as("orphans").isTrue();

            startHere();
            assertThat(GuardedProcess.hasEnded(postgres) && GuardedProcess.hasEnded(redis)).isTrue();
        }
    }

    @Test
    void leavesAloneAProcessThatGotTheNumberOfADeadServer() throws Exception {
        Files.createDirectories(folder.resolve("redis"));
        Files.writeString(folder.resolve("redis/process"), ProcessHandle.current().pid() + " 1\n");

        try (Redis redis = Redis.at(folder.resolve("redis"), redisPort)) {
            assertThat(redis.port()).isEqualTo(redisPort);
        }
    }

    private OtherJvm startElsewhere() throws Exception {
        OtherJvm jvm = OtherJvm.running(Elsewhere.class, folder.toString(), Integer.toString(postgresPort),
                Integer.toString(redisPort));
        jvm.firstLine();
        return jvm;
    }

    private void startHere() {
        try (Postgres postgres = Postgres.at(folder.resolve("postgres"), postgresPort);
                Redis redis = Redis.at(folder.resolve("redis"), redisPort)) {
            assertThat(List.of(postgres.port(), redis.port())).isEqualTo(List.of(postgresPort, redisPort));
        }
    }

    private ProcessHandle serverIn(String service) throws Exception {
        String pid = Files.readString(folder.resolve(service).resolve("process")).split(" ", 2)[0];
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /// Starts both servers, says so and waits to be killed.
    static final class Elsewhere {

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Postgres postgres = Postgres.at(folder.resolve("postgres"), Integer.parseInt(args[1]));
            Redis redis = Redis.at(folder.resolve("redis"), Integer.parseInt(args[2]));
            System.out.println("ready");
            redis.process().onExit().get();
            postgres.close();
        }
    }
}
