package dev.gatehouse.gateway.tls;

/// PEM files that cannot be used as they are. The reason says nothing of what stands in them.
final class UnusablePem extends Exception {

    private static final long serialVersionUID = 1L;

    UnusablePem(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
