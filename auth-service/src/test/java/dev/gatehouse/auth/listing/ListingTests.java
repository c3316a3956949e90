package dev.gatehouse.auth.listing;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import dev.gatehouse.auth.problem.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ListingTests {

    @Test
    void goesOnBehindTheLastEntryOfThePage() {
        Listing first = listing("2", null);
        String cursor = first.next(List.of("a", "ö", "c"), key -> key).orElseThrow();

        assertThat(first.page(List.of("a", "ö", "c"))).containsExactly("a", "ö");
        assertThat(listing("2", cursor).after()).contains("ö");
    }

    @Test
    void endsWhereNothingFollows() {
        assertThat(listing("2", null).next(List.of("a", "b"), key -> key)).isEmpty();
    }

    @Test
    void opensNoCursorOfAnotherList() {
        String cursor = new Listing("audit", Optional.empty(), 1).next(List.of("1", "2"), key -> key).orElseThrow();

        assertThatThrownBy(() -> listing("1", cursor)).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "a b", "dXNlcnM", "_w", "dXNlcnM6AA"})
    void refusesCursorsThatAreNotOurs(String cursor) {
        assertThatThrownBy(() -> listing("1", cursor)).isInstanceOf(Refusal.class);
    }

    private static Listing listing(String limit, @org.jspecify.annotations.Nullable String cursor) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setParameter("limit", limit);
        if (cursor != null) {
            request.setParameter("cursor", cursor);
        }
        return Listing.of(request, "users", 50, 200);
    }
}
