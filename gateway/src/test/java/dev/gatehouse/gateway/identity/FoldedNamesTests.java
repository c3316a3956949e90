package dev.gatehouse.gateway.identity;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FoldedNamesTests {

    private static final String LONGEST = "z".repeat(63);

    private final FoldedNames names = new FoldedNames(Set.of("x-user", "a-b", "e", LONGEST), List.of("x-user-", "c-"));

    @ParameterizedTest
    @ValueSource(strings = {"x-user", "X_User", "x.uSER", "a-b", "A~B", "e", "E", "x-user-", "X_USER_", "x-user-id",
            "X.User.Anything", "c-", "C.d"})
    void meetsANameInAnySpelling(String name) {
        assertThat(names.contains(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "x", "x-use", "x-users", "xuser", "a-bc", "a-", "ab", "ee", "c", "cd", "y-user", "b-b",
            "2-b"})
    void meetsNothingElse(String name) {
        assertThat(names.contains(name)).isFalse();
    }

    @Test
    void meetsNoNameThatBeginsLikeAShorterOne() {
        FoldedNames nested = new FoldedNames(Set.of("ab", "abcd"), List.of());
        assertThat(nested.contains("abcd")).isTrue();
        assertThat(nested.contains("abxy")).isFalse();
    }

    @Test
    void meetsTheLongestName() {
        assertThat(names.contains(LONGEST)).isTrue();
        assertThat(names.contains(LONGEST.substring(1))).isFalse();
        assertThat(names.contains(LONGEST + "z")).isFalse();
        assertThat(names.contains("z".repeat(127))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0080", "\u0080x", "ſ-user-id", "x\u0080", "x-user\u0080", "c\u00df"})
    void meetsWhatSomeBackendMayFoldIntoAName(String name) {
        assertThat(names.contains(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0080b", "e\u0080", "y\u00e9"})
    void doesNotMeetWhatNobodyFoldsIntoAName(String name) {
        assertThat(names.contains(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 65})
    void takesNoNameThatItWouldNeverFind(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> new FoldedNames(Set.of("z".repeat(length)), List.of()));
    }
}
