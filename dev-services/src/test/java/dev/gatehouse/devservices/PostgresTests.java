package dev.gatehouse.devservices;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("slow")
class PostgresTests {

    @TempDir
    Path folder;

    @Test
    void sharedServerIsPostgres18() throws SQLException {
        assertThat(query(Postgres.shared().url(), "SHOW server_version")).startsWith("18.");
    }

    @Test
    void freshDatabasesAreApart() throws SQLException {
        String first = Postgres.shared().freshDatabase();
        String second = Postgres.shared().freshDatabase();
        execute(first, "CREATE TABLE seen (id int)");

        assertThat(query(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'seen'")).isEqualTo("0");
    }

    @Test
    void listensOnLoopbackOnly() throws SQLException {
        assertThat(query(Postgres.shared().url(), "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }

    @Test
    void refusesWrongPassword() {
        String wrong = Postgres.shared().url().replaceFirst(":[0-9a-f]+@", ":wrong@");

        assertThatThrownBy(() -> query(wrong, "SELECT 1")).hasMessageContaining("password authentication failed");
    }

    @Test
    void temporaryFolderIsDeletedAtTheEnd() throws SQLException {
        Postgres postgres = Postgres.temporary();
        Path cluster = Path.of(query(postgres.url(), "SHOW data_directory"));
        postgres.close();

        assertThat(cluster.getParent()).doesNotExist();
    }

    @Test
    void dataSurvivesRestartOnTheSamePort() throws SQLException {
        int port = FreePorts.next();
        try (Postgres postgres = Postgres.at(folder, port)) {
            execute(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (Postgres postgres = Postgres.at(folder, port)) {
            assertThat(query(postgres.url(), "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void passwordIsReadableByItsOwnerOnly() throws Exception {
        try (Postgres postgres = Postgres.at(folder, FreePorts.next())) {
            assertThat(postgres.port()).isPositive();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void committedDataSurvivesKill() throws SQLException {
        try (Postgres postgres = Postgres.at(folder, FreePorts.next())) {
            execute(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS answer");
            postgres.kill();
            assertThatThrownBy(() -> query(postgres.url(), "SELECT 1")).isInstanceOf(SQLException.class);
            postgres.restart();

            assertThat(query(postgres.url(), "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void startsOverStalePidFileWhoseNumberBelongsToAnotherProcess() throws Exception {
        int port = FreePorts.next();
        Postgres.at(folder, port).close();
        Files.writeString(folder.resolve("cluster/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("cluster") + "\n1\n" + port + "\n\n\n\nready   \n");

        try (Postgres postgres = Postgres.at(folder, port)) {
            assertThat(query(postgres.url(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void startsAgainAfterAFirstStartThatWasKilledHalfway() throws Exception {
        Files.createDirectories(folder.resolve("cluster.unfinished/base"));

        try (Postgres postgres = Postgres.at(folder, FreePorts.next())) {
            assertThat(query(postgres.url(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void busyPortIsOneClearLine() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> Postgres.at(folder, busy.getLocalPort())).isInstanceOf(ServiceStartException.class)
                    .hasMessage("PostgreSQL cannot start: port " + busy.getLocalPort()
                            + " of 127.0.0.1 is in use by another program");
        }
    }

    @Test
    void folderInUseIsOneClearLine() {
        try (Postgres postgres = Postgres.at(folder, FreePorts.next())) {
            assertThat(postgres.port()).isPositive();
            assertThatThrownBy(() -> Postgres.at(folder, FreePorts.next())).isInstanceOf(ServiceStartException.class)
                    .hasMessageContaining("another process uses its data folder");
        }
    }

    @Test
    void dataOfAnotherVersionIsOneClearLine() throws Exception {
        Files.createDirectories(folder.resolve("cluster"));
        Files.writeString(folder.resolve("cluster/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> Postgres.at(folder, FreePorts.next())).isInstanceOf(ServiceStartException.class)
                .hasMessageContaining("data of version 17");
    }

    @Test
    void pausedServerAnswersAgainWhenResumed() throws SQLException {
        try (Postgres postgres = Postgres.temporary()) {
            postgres.pause();
            assertThatThrownBy(() -> connect(postgres.url(), "1").close()).isInstanceOf(SQLException.class);
            postgres.resume();

            assertThat(query(postgres.url(), "SELECT 1")).isEqualTo("1");
        }
    }

    private static String query(String url, String sql) throws SQLException {
        try (Connection connection = connect(url, "30");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = connect(url, "30"); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(String url, String seconds) throws SQLException {
        URI parts = URI.create(url);
        String[] login = parts.getUserInfo().split(":", 2);
        Properties properties = new Properties();
        properties.setProperty("user", login[0]);
        properties.setProperty("password", login[1]);
        properties.setProperty("loginTimeout", seconds);
        return DriverManager.getConnection("jdbc:postgresql://" + parts.getAuthority().replaceFirst(".*@", "") + parts.getPath(),
                properties);
    }
}
