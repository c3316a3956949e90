package dev.gatehouse.gateway.authentication.jose;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/// What a token says that it is for. Many servers give all of theirs one `typ` in the header and tell them apart by claims of their own: Keycloak by `typ`, Hydra
/// and Cognito by `token_use`, logout tokens by `events` (OpenID Connect Back-Channel Logout §2.4). No state.
final class TokenUse {

    private static final Set<String> ACCESS = Set.of("access_token", "access");
    private static final Set<String> OTHERS = Set.of("refresh", "offline", "id", "refresh_token", "id_token", "logout");
    private static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

    private TokenUse() {}

    /// Whether it says that it is no access token.
    static boolean isOther(Map<String, @Nullable Object> claims) {
        return says(claims, "token_use", use -> !ACCESS.contains(use)) || says(claims, "typ", OTHERS::contains)
                || (claims.get("events") instanceof Map<?, ?> events && events.containsKey(LOGOUT));
    }

    private static boolean says(Map<String, @Nullable Object> claims, String name, Predicate<String> other) {
        Object said = claims.get(name);
        return said != null && (!(said instanceof String text) || other.test(text.toLowerCase(Locale.ROOT)));
    }
}
