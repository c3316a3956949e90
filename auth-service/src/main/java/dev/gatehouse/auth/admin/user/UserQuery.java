package dev.gatehouse.auth.admin.user;

import java.util.Locale;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

import dev.gatehouse.auth.listing.Listing;

/// Whom an administrator looks for.
///
/// @param prefix of the username or the address, in lower case; every character means itself
/// @param role that they must have
/// @param locked whether they must be locked, or must not be
/// @param page of the answer
record UserQuery(String prefix, Optional<String> role, Optional<Boolean> locked, Listing page) {

    private static final int LONGEST = 254; // the longest address
    private static final int USUAL = 50;
    private static final int MOST = 200;

    static UserQuery of(HttpServletRequest request) {
        return new UserQuery(text(request, "query").orElse("").toLowerCase(Locale.ROOT), text(request, "role"),
                text(request, "locked").map(UserQuery::flag), Listing.of(request, "users", USUAL, MOST));
    }

    private static Optional<String> text(HttpServletRequest request, String name) {
        String text = request.getParameter(name);
        if (text != null && (text.length() > LONGEST || text.indexOf('\0') >= 0)) {
            throw Listing.refused(name, "is longer than any that could be found, or has a NUL character");
        }
        return Optional.ofNullable(text).filter(given -> !given.isEmpty());
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Listing.refused("locked", "is not true or false");
        };
    }
}
