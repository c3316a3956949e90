package dev.gatehouse.auth.database;

import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final int CONNECTIONS = 16;
    // The two deadlines a request can meet are each below the two seconds in which a 503 is promised.
    private static final Duration CONNECTION_DEADLINE = Duration.ofMillis(1500);
    private static final Duration VALIDATION_DEADLINE = Duration.ofMillis(500);
    private static final int ANSWER_DEADLINE_SECONDS = 2;

    @Bean(destroyMethod = "close")
    HikariDataSource pool(Settings settings, MeterRegistry meters) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(settings.database().jdbcUrl());
        config.setDataSourceProperties(driverProperties(settings.database(), ANSWER_DEADLINE_SECONDS));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1); // the pool exists before the database does
        config.setConnectionTimeout(CONNECTION_DEADLINE.toMillis());
        config.setValidationTimeout(VALIDATION_DEADLINE.toMillis());
        config.setMetricRegistry(meters);
        return new HikariDataSource(config);
    }

    @Bean
    MigratedDataSource dataSource(HikariDataSource pool) {
        return new MigratedDataSource(pool);
    }

    @Bean
    TransactionTemplate transactions(MigratedDataSource dataSource) {
        return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    @Bean
    JdbcClient jdbc(MigratedDataSource dataSource) {
        return JdbcClient.create((DataSource) dataSource);
    }

    /// {@return the operator's properties, with finite deadlines where the operator set none}
    ///
    /// @param answerDeadlineSeconds 0 for none
    static Properties driverProperties(DatabaseUrl url, int answerDeadlineSeconds) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "gatehouse-auth");
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("loginTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("socketTimeout", Integer.toString(answerDeadlineSeconds));
        properties.putAll(url.properties());
        return properties;
    }
}
