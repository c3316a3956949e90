package dev.gatehouse.auth.grant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.session.RefreshToken;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.token.AccessToken;

/// Tokens as clients get them; `toString()` hides them.
///
/// @param message for people
/// @param token repeats `access_token`, or is another one for older clients
/// @param accessToken for calls
/// @param tokenType how to send it
/// @param expiresIn seconds
/// @param refreshToken the new one; absent where the one there is stays
/// @param user whose they are
public record TokenAnswer(String message, String token, @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType, @JsonProperty("expires_in") long expiresIn,
        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("refresh_token") @Nullable String refreshToken,
        AccountView user) {

    static TokenAnswer of(String message, AccessToken access, @Nullable RefreshToken refresh, Session session) {
        return new TokenAnswer(message, access.value(), access.value(), "Bearer", access.lifetime().toSeconds(),
                refresh == null ? null : refresh.text(), AccountView.of(session.account()));
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
