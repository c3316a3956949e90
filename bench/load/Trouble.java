package load;

/// Why a measurement cannot be made, in words for whoever started it.
public final class Trouble extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// With what is missing, and what helps.
    public Trouble(String message) {
        super(message);
    }
}
