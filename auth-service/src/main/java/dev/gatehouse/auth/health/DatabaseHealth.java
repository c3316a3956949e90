package dev.gatehouse.auth.health;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Whether the database answers within the pool's deadlines. Waits for no hash.
@Component("database")
final class DatabaseHealth implements HealthIndicator {

    private final JdbcClient jdbc;

    DatabaseHealth(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Health health() {
        return answers() ? Health.up().build() : Health.outOfService().build();
    }

    boolean answers() {
        try {
            jdbc.sql("SELECT 1").query().singleRow();
            return true;
        } catch (DataAccessException away) {
            return false;
        }
    }
}
