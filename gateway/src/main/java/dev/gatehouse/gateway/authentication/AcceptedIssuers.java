package dev.gatehouse.gateway.authentication;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whose tokens one route takes, and where from: `Authorization` always, a cookie where one of these issuers names it, the query never.
/// Made when the route is loaded. Immutable.
///
/// @param ids the issuers' ids
/// @param introspecting `iss` of the one issuer among them that is asked about its tokens: it gets what is no signed token
/// @param cookies the cookies that are read
/// @param secretCookies the cookies of all issuers of the file: each is a credential of somebody, whether it is read here or not
public record AcceptedIssuers(Set<String> ids, Optional<String> introspecting, List<TokenCookie> cookies,
        CookieNames secretCookies) {

    /// Nobody's tokens.
    public static final AcceptedIssuers NONE = new AcceptedIssuers(Set.of(), Optional.empty(), List.of(), CookieNames.NONE);

    /// Copies the collections.
    public AcceptedIssuers {
        ids = Set.copyOf(ids);
        cookies = List.copyOf(cookies);
    }

    /// Those of all issuers of the file whose id is among the given.
    ///
    /// @throws IllegalArgumentException when several of them are asked about their tokens: one's token would be told to the others
    public static AcceptedIssuers among(List<IssuerSpec> all, Set<String> ids) {
        Map<String, Set<String>> cookies = new LinkedHashMap<>();
        Set<String> secret = new HashSet<>();
        for (IssuerSpec issuer : all) {
            issuer.cookie().ifPresent(cookie -> {
                secret.add(cookie);
                if (ids.contains(issuer.id())) {
                    cookies.computeIfAbsent(cookie, _ -> new HashSet<>()).add(issuer.id());
                }
            });
        }
        List<String> asked = introspecting(all, ids);
        if (asked.size() > 1) {
            throw new IllegalArgumentException("at most one issuer with introspection: another one would be told its tokens");
        }
        return new AcceptedIssuers(ids, asked.stream().findFirst(),
                cookies.entrySet().stream().map(cookie -> TokenCookie.of(cookie.getKey(), cookie.getValue())).toList(),
                CookieNames.of(secret));
    }

    private static List<String> introspecting(List<IssuerSpec> all, Set<String> ids) {
        return all.stream().filter(issuer -> ids.contains(issuer.id()) && issuer.proof() instanceof IssuerSpec.Introspection)
                .map(IssuerSpec::issuer).toList();
    }

    boolean take(String issuerId) {
        return ids.contains(issuerId);
    }

    /// A cookie that is read.
    ///
    /// @param name its name
    /// @param spellings the name as others may read it
    /// @param issuers ids of the issuers whose tokens may come in it
    public record TokenCookie(String name, CookieNames spellings, Set<String> issuers) {

        /// Copies the set.
        public TokenCookie {
            issuers = Set.copyOf(issuers);
        }

        static TokenCookie of(String name, Set<String> issuers) {
            return new TokenCookie(name, CookieNames.of(Set.of(name)), issuers);
        }
    }
}
