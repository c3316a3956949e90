package dev.gatehouse.auth.listing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.Refusal;

/// The page of a list that somebody asks for, with `limit` and `cursor`. A cursor names the key of the last entry of the page before
/// and the list it is of. It is not signed, because it grants nothing: whoever writes one starts reading elsewhere in the list that they
/// may read anyway.
///
/// @param kind of the list, a word
/// @param after the key behind which the page begins; empty for the first
/// @param limit entries of the page
public record Listing(String kind, Optional<String> after, int limit) {

    private static final int LONGEST = 512;

    /// {@return the page asked for}
    ///
    /// @param request with `limit` and `cursor`, both optional
    /// @param kind of the list
    /// @param usual entries of a page where nobody says
    /// @param most that somebody may ask for
    /// @throws Refusal where either is not what it must be
    public static Listing of(HttpServletRequest request, String kind, int usual, int most) {
        String limit = request.getParameter("limit");
        String cursor = request.getParameter("cursor");
        return new Listing(kind, cursor == null ? Optional.empty() : Optional.of(open(kind, cursor)),
                limit == null ? usual : number(limit, most));
    }

    /// {@return one entry more than the page has, which tells whether there is another page}
    public int oneMore() {
        return limit + 1;
    }

    /// {@return the page}
    ///
    /// @param found in order, up to [#oneMore()]
    /// @param <T> the entries
    public <T> List<T> page(List<T> found) {
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /// {@return the cursor of the next page, where there is one}
    ///
    /// @param found in order, up to [#oneMore()]
    /// @param key of an entry, by which the list is ordered
    /// @param <T> the entries
    public <T> Optional<String> next(List<T> found, java.util.function.Function<T, String> key) {
        return found.size() > limit ? Optional.of(seal(key.apply(found.get(limit - 1)))) : Optional.empty();
    }

    /// {@return the key behind which the page begins, as a number}
    ///
    /// @throws Refusal where it is none
    public Optional<Long> afterNumber() {
        try {
            return after.map(Long::valueOf);
        } catch (NumberFormatException tampered) {
            throw refused("cursor", "is not one of ours");
        }
    }

    /// {@return what to throw}
    ///
    /// @param parameter of the query
    /// @param detail what was expected
    public static Refusal refused(String parameter, String detail) {
        return Problem.malformed(List.of(new FieldError("?" + parameter, detail))).refusal();
    }

    private String seal(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((kind + ':' + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String open(String kind, String cursor) {
        if (cursor.length() > LONGEST) {
            throw refused("cursor", "is not one of ours");
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.startsWith(kind + ':') && text.indexOf('\0') < 0) {
                return text.substring(kind.length() + 1);
            }
        } catch (IllegalArgumentException | CharacterCodingException notOurs) {
            // falls through to the one refusal
        }
        throw refused("cursor", "is not one of ours");
    }

    private static int number(String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notNumber) {
            // falls through to the one refusal
        }
        throw refused("limit", "is not a number from 1 to " + most);
    }
}
