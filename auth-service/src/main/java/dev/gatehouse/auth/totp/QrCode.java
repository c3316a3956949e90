package dev.gatehouse.auth.totp;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/// A text as a QR code, large enough for a phone. Pure; thread-safe.
public final class QrCode {

    private static final int QUIET = 4; // modules around it (ISO/IEC 18004)
    private static final int SCALE = 6; // pixels of a module

    private QrCode() {}

    /// {@return a PNG}
    ///
    /// @param text to be read, at most a thousand characters
    public static byte[] png(String text) {
        try {
            ByteMatrix modules = Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
            int size = (modules.getWidth() + 2 * QUIET) * SCALE;
            return Png.of(size, (x, y) -> isDark(modules, x / SCALE - QUIET, y / SCALE - QUIET));
        } catch (WriterException tooLong) {
            throw new IllegalArgumentException("text: too long for a QR code", tooLong);
        }
    }

    private static boolean isDark(ByteMatrix modules, int x, int y) {
        return x >= 0 && y >= 0 && x < modules.getWidth() && y < modules.getHeight() && modules.get(x, y) == 1;
    }
}
