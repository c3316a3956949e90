package dev.gatehouse.devservices;

/// A service cannot start. The message is one line that names the service and what to do, fit to be shown to a person as it is.
public final class ServiceStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// With a line for a person.
    public ServiceStartException(String message) {
        super(message);
    }

    /// With a line for a person and what lies behind it.
    public ServiceStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
