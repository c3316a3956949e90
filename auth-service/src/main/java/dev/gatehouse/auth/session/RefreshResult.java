package dev.gatehouse.auth.session;

import java.util.Optional;

/// What a refresh came to.
public sealed interface RefreshResult {

    /// New tokens are due.
    ///
    /// @param session that goes on
    /// @param current the refresh token to use from now on
    /// @param outcome how it came to this
    record Renewed(Session session, RefreshToken current, Outcome outcome) implements RefreshResult {}

    /// No tokens.
    ///
    /// @param reason why
    record Refused(Reason reason) implements RefreshResult {}

    /// How new tokens came to be due. The names go into a header, the log and a metric.
    enum Outcome {
        /// The token was current and has moved on.
        ROTATED("rotated"),
        /// The answer to the rotation got lost; here it is again.
        LOST_RESPONSE("lost_response"),
        /// Another tab was faster; here is what it got.
        CONCURRENT("concurrent");

        private final String header;

        Outcome(String header) {
            this.header = header;
        }

        /// {@return the name outside}
        public String header() {
            return header;
        }
    }

    /// Why no tokens are due.
    enum Reason {
        /// Not a token of ours, or not of this client.
        INVALID,
        /// The session ran out.
        EXPIRED,
        /// The session was ended.
        REVOKED,
        /// An old token came too late: the session was ended just now.
        REUSED;

        /// {@return the outcome to report, which only reuse has}
        public Optional<String> header() {
            return this == REUSED ? Optional.of("reuse") : Optional.empty();
        }
    }
}
