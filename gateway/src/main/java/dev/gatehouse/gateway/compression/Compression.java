package dev.gatehouse.gateway.compression;

import java.util.List;
import java.util.function.Function;

/// Whether the answers of a route are compressed. Who can make a browser send requests with its credentials, and sees how long the answers are, can guess a
/// secret in them letter by letter where the answers also hold what the request said (BREACH, CVE-2013-3587); so it is the operator's word that there is no such
/// thing, not a guess of ours.
public enum Compression {

    /// Never.
    NONE("none"),
    /// Where the request carried no credentials, so that the answer is nobody's secret.
    ANONYMOUS("anonymous"),
    /// Whoever asked.
    ALWAYS("always");

    private static final List<String> CREDENTIALS = List.of("Authorization", "Cookie");

    private final String word;

    Compression(String word) {
        this.word = word;
    }

    /// As `routes.yml` says it.
    public String word() {
        return word;
    }

    /// Whether the answer to a request may be compressed, if the answer is one that can be.
    ///
    /// @param known whether something else than a field has proven who is calling, such as a client certificate
    /// @param fields the values of the request's fields of a name
    public boolean serves(boolean known, Function<String, List<String>> fields) {
        return switch (this) {
            case NONE -> false;
            case ALWAYS -> AcceptedCodings.gzip(fields.apply("Accept-Encoding"));
            case ANONYMOUS -> !known && CREDENTIALS.stream().allMatch(name -> fields.apply(name).isEmpty())
                    && AcceptedCodings.gzip(fields.apply("Accept-Encoding"));
        };
    }
}
