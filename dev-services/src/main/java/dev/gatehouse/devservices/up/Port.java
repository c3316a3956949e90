package dev.gatehouse.devservices.up;

/// Who listens where. The services' ports are the usual ones plus 10000, so that they do not meet a PostgreSQL or a Redis that the
/// machine runs already.
enum Port {

    GATEWAY("gateway", "GATEHOUSE_PORT", 8080),
    GATEWAY_MANAGEMENT("gateway's management", "GATEHOUSE_MANAGEMENT_PORT", 9080),
    AUTH("auth-service", "GATEHOUSE_AUTH_PORT", 8081),
    AUTH_MANAGEMENT("auth-service's management", "GATEHOUSE_AUTH_MANAGEMENT_PORT", 9081),
    BACKEND("backend", "BACKEND_PORT", 8082),
    POSTGRES("PostgreSQL", "GATEHOUSE_UP_POSTGRES_PORT", 15432),
    REDIS("Redis", "GATEHOUSE_UP_REDIS_PORT", 16379),
    AMQP("AMQP broker", "GATEHOUSE_UP_AMQP_PORT", 15672),
    SMTP("mail sink", "GATEHOUSE_UP_SMTP_PORT", 11025);

    private final String owner;
    private final String variable;
    private final int preset;

    Port(String owner, String variable, int preset) {
        this.owner = owner;
        this.variable = variable;
        this.preset = preset;
    }

    /// Who listens on it, for people.
    String owner() {
        return owner;
    }

    /// The variable of the environment that moves it.
    String variable() {
        return variable;
    }

    int preset() {
        return preset;
    }
}
