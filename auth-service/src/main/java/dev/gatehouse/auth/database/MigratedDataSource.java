package dev.gatehouse.auth.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// The pool, made to answer "no" quickly: before the schema is there, and for a second after the pool found the database
/// away. So only one wave of requests per second waits for a connection that will not come. Thread-safe.
final class MigratedDataSource extends DelegatingDataSource {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final HikariDataSource pool;
    private final AtomicLong awayUntil = new AtomicLong(System.nanoTime());
    private volatile boolean migrated;

    MigratedDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    void migrated() {
        migrated = true;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!migrated) {
            throw new SQLTransientConnectionException("the database was not reached since the start");
        }
        if (System.nanoTime() - awayUntil.get() < 0) {
            throw new SQLTransientConnectionException("the database did not answer a moment ago");
        }
        try {
            return super.getConnection();
        } catch (SQLTransientConnectionException timeout) {
            noteIfAway();
            throw timeout;
        }
    }

    /// A pool without a single connection means that the database is away; with some, that they are all busy.
    private void noteIfAway() {
        if (pool.getHikariPoolMXBean().getTotalConnections() == 0) {
            awayUntil.set(System.nanoTime() + PAUSE.toNanos());
        }
    }
}
