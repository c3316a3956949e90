package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// JOSE headers as they were read before: tokens of one key mostly share theirs, octet for octet. A few, the newest, and only of tokens that were proved: whoever
/// has no key can neither add one nor push one out. It only spares the reading, so of two at once one may be forgotten; what a header must say is asked of each token. Thread-safe.
public final class ProvenHeaders {

    private static final int MOST = 8;
    private static final int MAX_LENGTH = 1024;

    private volatile List<Header> headers = List.of();

    /// None yet.
    public ProvenHeaders() {}

    /// The members of the header that a token begins with.
    ///
    /// @param length how long its first part is
    /// @return null: it must be read
    @Nullable
    Map<String, @Nullable Object> find(String token, int length) {
        List<Header> known = headers;
        for (int i = 0; i < known.size(); i++) {
            Header header = known.get(i);
            if (header.encoded().length() == length && token.startsWith(header.encoded())) {
                return header.members();
            }
        }
        return null;
    }

    /// To be called for a token whose signature was found good, and for no other.
    public void remember(CompactToken.Unverified proven) {
        List<Header> known = headers;
        if (holds(known, proven.header())) {
            return;
        }
        String input = new String(proven.signingInput(), StandardCharsets.ISO_8859_1);
        int length = input.indexOf('.');
        if (length <= MAX_LENGTH && find(input, length) == null) {
            List<Header> more = new ArrayList<>(MOST);
            more.add(new Header(input.substring(0, length), Collections.unmodifiableMap(proven.header())));
            more.addAll(known.subList(0, Math.min(known.size(), MOST - 1)));
            headers = List.copyOf(more);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very members that were found here
    private static boolean holds(List<Header> known, Map<String, @Nullable Object> members) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).members() == members) {
                return true;
            }
        }
        return false;
    }

    /// How many are known.
    public int size() {
        return headers.size();
    }

    private record Header(String encoded, Map<String, @Nullable Object> members) {}
}
