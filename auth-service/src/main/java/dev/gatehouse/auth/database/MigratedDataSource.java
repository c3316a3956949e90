package dev.gatehouse.auth.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/// Gives no connection before the schema is there, so that an early request is told "unavailable" and not a riddle.
final class MigratedDataSource extends DelegatingDataSource {

    private volatile boolean migrated;

    MigratedDataSource(DataSource pool) {
        super(pool);
    }

    void migrated() {
        migrated = true;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!migrated) {
            throw new SQLTransientConnectionException("the database was not reached since the start");
        }
        return super.getConnection();
    }
}
