package dev.gatehouse.auth.database;

/// A step that needs the schema and must be done before the first request is served.
public interface AfterMigration {

    /// Runs once, possibly on several instances at the same time. Blocks on the database.
    ///
    /// @throws StartRefused where the service must not run
    void afterMigration();
}
