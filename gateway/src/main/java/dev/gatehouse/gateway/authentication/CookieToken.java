package dev.gatehouse.gateway.authentication;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.AcceptedIssuers.TokenCookie;

/// What a request's cookies hold of tokens.
sealed interface CookieToken {

    None NONE = new None();
    Several SEVERAL = new Several();

    /// Looks through all `Cookie` fields. A cookie counts under its exact name only; a second one of a name that some server takes for the
    /// same makes it [Several], whatever the two hold: nobody could say which is meant. An empty cookie is none; servers delete them so.
    static CookieToken in(List<String> cookieFields, List<TokenCookie> cookies) {
        One found = null;
        int mentions = 0;
        for (int i = 0; i < cookieFields.size(); i++) {
            String field = cookieFields.get(i);
            for (int from = 0; from <= field.length();) {
                int to = CookieNames.end(field, from);
                for (int j = 0; j < cookies.size(); j++) {
                    if (cookies.get(j).spellings().mentions(field, from, to)) {
                        mentions++;
                        One exact = exact(field, from, to, cookies.get(j));
                        found = exact == null ? found : exact;
                    }
                }
                from = to + 1;
            }
        }
        return found == null ? NONE : mentions > 1 ? SEVERAL : found.token().isEmpty() ? NONE : found;
    }

    private static @Nullable One exact(String field, int from, int to, TokenCookie cookie) {
        int begin = from < to && field.charAt(from) == ' ' ? from + 1 : from;
        int equals = begin + cookie.name().length();
        boolean named = equals < to && field.startsWith(cookie.name(), begin) && field.charAt(equals) == '=';
        return named ? new One(field.substring(equals + 1, to), cookie) : null;
    }

    /// No cookie with a token.
    record None() implements CookieToken {}

    /// More than one where there may be one.
    record Several() implements CookieToken {}

    /// A text that may be a token.
    record One(String token, TokenCookie cookie) implements CookieToken {}
}
