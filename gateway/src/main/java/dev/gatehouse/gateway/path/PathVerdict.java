package dev.gatehouse.gateway.path;

import java.util.Objects;

/// What [PathPolicy] says of a request target.
public sealed interface PathVerdict {

    /// The target can be read in one way only.
    ///
    /// @param path the path to match by: hexadecimal digits in upper case, and characters that a path may carry plainly (`:@!$&'()*+,=`) not encoded;
    ///         for ordinary requests the same text as `rawPath`
    /// @param rawPath the path to forward, exactly as received; it has as many segments as `path`
    /// @param query the first `?` and the text after it, exactly as received; empty when there is none
    /// @param strictQuery whether the query holds nothing but what RFC 3986 §3.4 allows; if not, it also has characters such as `|` or `[` that
    ///         browsers send as they are and strict URI parsers refuse
    record Clean(String path, String rawPath, String query, boolean strictQuery) implements PathVerdict {

        /// Refuses absent parts.
        public Clean {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(rawPath, "rawPath");
            Objects.requireNonNull(query, "query");
        }
    }

    /// Two parsers could see different paths: `request.ambiguous_path`.
    ///
    /// @param why for the log, not for the client
    record Ambiguous(String why) implements PathVerdict {}

    /// Not a request target that a gateway can forward (RFC 9112 §3.2): `request.malformed`.
    ///
    /// @param why for the log, not for the client
    record Malformed(String why) implements PathVerdict {}
}
