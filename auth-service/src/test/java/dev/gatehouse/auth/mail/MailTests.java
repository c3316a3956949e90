package dev.gatehouse.auth.mail;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MailTests {

    @ParameterizedTest
    @ValueSource(strings = {"a@b.example\r\nBcc: x@y.example", "a@b.example,x@y.example", "a@b.example>", "\"a b\"@c.example",
            "a",
            "a@b@c", "ä@b.example", "a@bä.example", "(x)a@b.example", "a@b.example\n"})
    void refusesAddressesThatAreMoreThanOne(String address) {
        assertThatThrownBy(() -> Mail.Recipient.of(address, "name")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSubject: x", "", "a\u0085b", "a\u0000"})
    void refusesNamesWithControls(String name) {
        assertThatThrownBy(() -> Mail.Recipient.of("a@b.example", name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesOddAddressesThatTravel() {
        assertThatCode(() -> new Mail.Recipient("o'neil+tag=1@sub-domain.example", "Żółć", Locale.GERMAN, Optional.empty()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAKindWithoutTheProofItIsFor() {
        var to = Mail.Recipient.of("a@b.example", "name");

        assertThatThrownBy(() -> Mail.of(MailKind.RESET_PASSWORD, to)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hidesWhatMustNotBeLogged() {
        var to = Mail.Recipient.of("a@b.example", "name");

        assertThat(Mail.of(MailKind.RESET_PASSWORD, to, new Mail.Proof("token", "12345678", Duration.ofMinutes(15))).toString())
                .doesNotContain("token",
                        "12345678", "a@b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 | Firefox on Linux
            Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0 | Edge on Windows
            Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1 | Safari on iPhone
            Click http://evil.example now | an unknown device
            Your account is lost, Linux! http://evil.example | an unknown program on Linux
            curl/8.5.0 | curl
            """)
    void saysInOurWordsWhatADeviceIs(String userAgent, String name) {
        assertThat(DeviceName.of(userAgent)).isEqualTo(name);
    }

    @Test
    void isOfUseAsLongAsItsProofOrTwoDaysIfItTellsSomething() {
        Mail.Recipient to = Mail.Recipient.of("ada@example.com", "ada");
        Mail.Proof proof = new Mail.Proof("token", "12345678", Duration.ofMinutes(7));
        assertThat(Mail.of(MailKind.RESET_PASSWORD, to, proof).ofUse()).isEqualTo(Duration.ofMinutes(7));
        assertThat(Mail.of(MailKind.ACCOUNT_EXISTS, to, proof).ofUse()).isEqualTo(Duration.ofDays(2));
        assertThat(Mail.of(MailKind.PASSWORD_CHANGED, to).ofUse()).isEqualTo(Duration.ofDays(2));
    }
}
