package dev.gatehouse.gateway.resilience;

/// Which requests are sent again after a failure.
public enum Retries {

    /// None but those that no upstream has begun: it says so itself (RFC 9113 §8.7), or nothing was sent before a kept connection ended.
    NEVER,
    /// Those that reached no upstream, and GET, HEAD and OPTIONS, which ask for nothing to be changed (RFC 9110 §9.2.1).
    SAFE,
    /// Those of [#SAFE], and PUT and DELETE, which come to the same once or twice (RFC 9110 §9.2.2), where the backend keeps to that.
    IDEMPOTENT;

    /// Whether a request of this method may be sent again though its upstream may have acted on it.
    public boolean repeat(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> this != NEVER;
            case "PUT", "DELETE" -> this == IDEMPOTENT;
            default -> false;
        };
    }
}
