package dev.gatehouse.auth.settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class DatabaseUrlTests {

    @ParameterizedTest
    @CsvSource({"postgres://u:p@h:5433/db, jdbc:postgresql://h:5433/db, '{password=p, user=u}'",
            "postgresql://u@h/db, jdbc:postgresql://h/db, {user=u}", "postgres://h/db, jdbc:postgresql://h/db, {}",
            "postgres://u%40x:p%2Fq%3A%25@h/db, jdbc:postgresql://h/db, '{password=p/q:%, user=u@x}'",
            "postgres://u:a+b@h/db, jdbc:postgresql://h/db, '{password=a+b, user=u}'",
            "postgres://u:p@[::1]:5432/db, jdbc:postgresql://[::1]:5432/db, '{password=p, user=u}'",
            "postgres://h/my%20db, jdbc:postgresql://h/my+db, {}",
            "postgres://h/db?sslmode=require&application_name=x, jdbc:postgresql://h/db, '{ApplicationName=x, sslmode=require}'",
            "jdbc:postgresql://h:1/db?user=u&password=p%26q, jdbc:postgresql://h:1/db, '{password=p&q, user=u}'",
            "jdbc:postgresql://h/db, jdbc:postgresql://h/db, {}"})
    void readsBothForms(String text, String jdbcUrl, String properties) {
        DatabaseUrl url = DatabaseUrl.parse(text);

        assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
        assertThat(new java.util.TreeMap<>(url.properties())).hasToString(properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db", "mysql://h/db", "postgres://", "postgres://u:s3cret@h@i/db", "postgres://u:s3cret%zz@h/db",
            "postgres://h/db?s3cret", "jdbc:mysql://h/db"})
    void refusesAnythingElseWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret").hasMessageContaining("(expected: ");
    }

    @Test
    void hidesCredentials() {
        assertThat(DatabaseUrl.parse("postgres://u:s3cret@h/db?password=other")).hasToString("postgres://h/db");
    }
}
