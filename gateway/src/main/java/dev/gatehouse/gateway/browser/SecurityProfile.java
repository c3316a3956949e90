package dev.gatehouse.gateway.browser;

import java.util.List;
import java.util.stream.Stream;

/// Fields that guard what a browser does with an answer. They fill in what the backend does not say; what it says itself stays.
public enum SecurityProfile {

    /// Nothing is added.
    NONE(List.of()),
    /// For answers that are data: nothing is run, framed, guessed or kept.
    API(List.of(new HeaderField("X-Content-Type-Options", "nosniff"), new HeaderField("Referrer-Policy", "no-referrer"),
            new HeaderField("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            new HeaderField("X-Frame-Options", "DENY"), new HeaderField("Cache-Control", "no-store"))),
    /// For pages: what may be loaded is the page's own matter, who may frame it is not.
    PAGE(List.of(new HeaderField("X-Content-Type-Options", "nosniff"),
            new HeaderField("Referrer-Policy", "strict-origin-when-cross-origin"),
            new HeaderField("Content-Security-Policy", "frame-ancestors 'self'; base-uri 'self'; object-src 'none'"),
            new HeaderField("X-Frame-Options", "SAMEORIGIN"), new HeaderField("Cross-Origin-Opener-Policy", "same-origin")));

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<HeaderField> plain;
    @SuppressWarnings("ImmutableEnumChecker") // made by Stream.toList
    private final List<HeaderField> secure;

    SecurityProfile(List<HeaderField> plain) {
        this.plain = plain;
        this.secure = plain.isEmpty() ? plain : Stream.concat(plain.stream(), Stream.of(transport())).toList();
    }

    /// A year; only over https, where it means something (RFC 6797 §7.2).
    private static HeaderField transport() {
        return new HeaderField("Strict-Transport-Security", "max-age=31536000");
    }

    /// The fields.
    ///
    /// @param https whether the client used it
    public List<HeaderField> fields(boolean https) {
        return https ? secure : plain;
    }
}
