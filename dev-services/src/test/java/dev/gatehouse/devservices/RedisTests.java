package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisTests {

    @TempDir
    Path folder;

    @Test
    void sharedServerHasStreams() throws IOException {
        assertThat(ask(Redis.shared(), "XADD feed 1-1 sid s")).isEqualTo("$3");
    }

    @Test
    void dataSurvivesRestartOnTheSamePort() throws IOException {
        int port = FreePorts.next();
        try (Redis redis = Redis.at(folder, port)) {
            ask(redis, "SET answer 42");
        }
        try (Redis redis = Redis.at(folder, port)) {
            assertThat(ask(redis, "STRLEN answer")).isEqualTo(":2");
        }
    }

    @Test
    void worksInFolderWithSpaces() throws IOException {
        try (Redis redis = Redis.at(folder.resolve("a folder"), FreePorts.next())) {
            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void temporaryServerIsEmptyAfterKill() throws IOException {
        try (Redis redis = Redis.temporary()) {
            ask(redis, "SET answer 42");
            redis.kill();
            assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(IOException.class);
            redis.restart();

            assertThat(ask(redis, "EXISTS answer")).isEqualTo(":0");
        }
    }

    @Test
    void pausedServerAnswersAgainWhenResumed() throws IOException {
        try (Redis redis = Redis.temporary()) {
            redis.pause();
            assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(IOException.class);
            redis.resume();

            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void busyPortIsOneClearLine() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> Redis.at(folder, busy.getLocalPort())).isInstanceOf(ServiceStartException.class)
                    .hasMessage("Redis cannot start: port " + busy.getLocalPort() + " of 127.0.0.1 is in use by another program");
        }
    }

    @Test
    void folderInUseIsOneClearLine() {
        try (Redis redis = Redis.at(folder, FreePorts.next())) {
            assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThatThrownBy(() -> Redis.at(folder, FreePorts.next())).isInstanceOf(ServiceStartException.class)
                    .hasMessageContaining("another process uses its data folder");
        }
    }

    private static String ask(Redis redis, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), redis.port())) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[256];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
    }
}
