package dev.gatehouse.auth.session;

/// A request for new tokens.
///
/// @param refreshToken as it came
/// @param clientId the application that asks
/// @param holderProven whether the request proves the DPoP key or the client authentication of the session
public record RefreshRequest(String refreshToken, String clientId, boolean holderProven) {

    /// {@return a request of our own frontend, which proves nothing but the token}
    ///
    /// @param refreshToken as it came
    public static RefreshRequest firstParty(String refreshToken) {
        return new RefreshRequest(refreshToken, Session.FIRST_PARTY, false);
    }

    @Override
    public String toString() {
        return "RefreshRequest[clientId=" + clientId + "]";
    }
}
