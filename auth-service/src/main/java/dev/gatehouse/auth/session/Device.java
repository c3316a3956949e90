package dev.gatehouse.auth.session;

/// Where somebody signed in from, as shown to them later.
///
/// @param userAgent what the client calls itself
/// @param address its IP address
public record Device(String userAgent, String address) {

    private static final int LONGEST = 256;

    /// Cuts the name and drops control characters.
    public Device {
        userAgent = userAgent.codePoints().filter(point -> !Character.isISOControl(point) && point <= 0xFF)
                .limit(LONGEST)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
