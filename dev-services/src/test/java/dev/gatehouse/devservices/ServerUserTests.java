package dev.gatehouse.devservices;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Tag("slow")
class ServerUserTests {

    private static final Path SHELL = Path.of("/bin/sh");

    static List<ServerUser> waysForRoot() {
        return ServerUser.FOR_ROOT;
    }

    @ParameterizedTest
    @MethodSource("waysForRoot")
    void everyWayThatTheProbeAcceptsMakesACluster(ServerUser way) {
        assumeTrue(ServerUser.isRoot(), "only root needs another identity");
        try (DataFolder folder = DataFolder.temporary("test")) {
            assumeTrue(way.canRun(Binaries.postgres().resolve("bin/postgres"), folder), "not possible on this machine");
            PostgresCluster cluster = new PostgresCluster(folder, way);
            cluster.prepare();

            assertThat(cluster.path().resolve("PG_VERSION")).exists();
        }
    }

    @Test
    void saysWhatToDoWhenNoWayWorks() {
        try (DataFolder folder = DataFolder.temporary("test")) {
            ServerUser impossible = new ServerUser(List.of("/no/such/tool"), System.getProperty("user.name"));

            assertThatThrownBy(() -> ServerUser.choose(List.of(impossible), SHELL, folder))
                    .isInstanceOf(ServiceStartException.class).hasMessageContaining("run as an ordinary user");
        }
    }
}
