package dev.gatehouse.auth.account;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class NamesTests {

    @ParameterizedTest
    @ValueSource(strings = {"abc", "A_1", "___", "12345678901234567890123456789012345678901234567890"})
    void takesUsernames(String name) {
        assertThat(new Username(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "a b", "a-b", "a.b", "ä_bc", "abc\n", "a@b",
            "123456789012345678901234567890123456789012345678901"})
    void refusesOtherUsernames(String name) {
        assertThatThrownBy(() -> new Username(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.co", "first.last+tag@sub.example.com", "o'brien@example.com", "x@xn--mnchen-3ya.de", "1@2.info"})
    void takesEmailAddresses(String address) {
        assertThat(new EmailAddress(address).value()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "@b.co", "a@", "a@b", "a@b.c", "a@.co", "a@b..co", ".a@b.co", "a.@b.co", "a..b@c.co",
            "a b@c.co",
            "a@b@c.co", "a@-b.co", "a@b-.co", "a@[127.0.0.1]", "\"a\"@b.co", "a@b.co\n", "ä@b.co", "a@1.2.3.4"})
    void refusesOtherEmailAddresses(String address) {
        assertThatThrownBy(() -> new EmailAddress(address)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is not an e-mail address; expected such as name@example.com");
    }

    @Test
    void boundsTheLengthOfEmailAddresses() {
        assertThatThrownBy(() -> new EmailAddress("a".repeat(65) + "@b.co")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EmailAddress("a@" + "b.".repeat(130) + "co")).isInstanceOf(IllegalArgumentException.class);
    }

    /// Which mailboxes are one is for their provider to know: with most of them these are two people's.
    @ParameterizedTest
    @CsvSource({"a.b@example.com, ab@example.com", "ab+tag@example.com, ab@example.com",
            "ab@xn--exmple-cua.com, ab@example.com", "ab@mail.example.com, ab@example.com"})
    void keepsAddressesApartThatSomeProvidersTakeForOne(String one, String other) {
        assertThat(new EmailAddress(one).key()).isNotEqualTo(new EmailAddress(other).key());
    }

    @Test
    void comparesWithoutRegardToCase() {
        assertThat(new Username("ALICE").key()).isEqualTo(new Username("alice").key());
        assertThat(new EmailAddress("A@B.co").key()).isEqualTo(new EmailAddress("a@b.CO").key());
    }
}
