package dev.gatehouse.auth.login;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.session.RefreshToken;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.token.AccessToken;

/// Tokens as clients get them; `token` repeats `access_token`, or is another one for older clients. `toString()` hides them.
record TokenAnswer(String message, String token, @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType, @JsonProperty("expires_in") long expiresIn,
        @JsonProperty("refresh_token") String refreshToken, AccountView user) {

    static TokenAnswer of(String message, AccessToken access, RefreshToken refresh, Session session) {
        return new TokenAnswer(message, access.value(), access.value(), "Bearer", access.lifetime().toSeconds(),
                refresh.text(), AccountView.of(session.account()));
    }

    /// {@return the same with another `token`}
    TokenAnswer withToken(AccessToken older) {
        return new TokenAnswer(message, older.value(), accessToken, tokenType, expiresIn, refreshToken, user);
    }

    @Override
    public String toString() {
        return "TokenAnswer[user=" + user.id() + "]";
    }
}
