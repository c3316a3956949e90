package dev.gatehouse.auth.totp;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import javax.imageio.ImageIO;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class TotpTests {

    private static final Totp RFC = Totp.of("12345678901234567890".getBytes(StandardCharsets.US_ASCII));
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:10Z");

    /// RFC 6238, appendix B, SHA-1, of which six digits are the last six of eight.
    @ParameterizedTest
    @CsvSource({"59, 94287082", "1111111109, 07081804", "1111111111, 14050471", "1234567890, 89005924", "2000000000, 69279037",
            "20000000000, 65353130"})
    void showsTheCodesOfTheRfc(long second, String eightDigits) {
        assertThat(RFC.code(Instant.ofEpochSecond(second))).isEqualTo(eightDigits.substring(2));
    }

    @ParameterizedTest
    @CsvSource({"-60, false", "-30, true", "0, true", "30, true", "60, false"})
    void takesTheCodesOfOneStepBeforeAndAfter(long seconds, boolean taken) {
        Instant shown = NOW.plusSeconds(seconds);

        assertThat(RFC.step(RFC.code(shown), NOW).isPresent()).isEqualTo(taken);
        if (taken) {
            assertThat(RFC.step(RFC.code(shown), NOW)).hasValue(shown.getEpochSecond() / 30);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "1234567", "12 456", "-12345", "１２３４５６", "abcdef", "0x1234"})
    void takesNothingButSixDigits(String code) {
        assertThat(RFC.step(code, NOW)).isEmpty();
    }

    @Test
    void makesSecretsOf160BitsThatPeopleCanType() {
        Totp totp = Totp.random(new SecureRandom());

        assertThat(totp.secret()).hasSize(20);
        assertThat(totp.text()).matches("[A-Z2-7]{32}");
        assertThat(RFC.text()).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertThat(totp.toString()).doesNotContain(totp.text());
    }

    @Test
    void namesItselfToApps() {
        assertThat(RFC.uri("auth.example.com:8443", "alice b")).isEqualTo(
                "otpauth://totp/auth.example.com%3A8443:alice%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        + "&issuer=auth.example.com%3A8443&algorithm=SHA1&digits=6&period=30");
    }

    @Test
    void drawsAPictureThatAReaderReads() throws Exception {
        String uri = RFC.uri("auth.example.com", "u".repeat(50));

        var image = ImageIO.read(new ByteArrayInputStream(QrCode.png(uri)));

        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        var bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels)));
        assertThat(new QRCodeReader().decode(bitmap).getText()).isEqualTo(uri);
        assertThat(image.getRGB(0, 0)).as("the margin is white").isEqualTo(0xFFFFFFFF);
    }
}
