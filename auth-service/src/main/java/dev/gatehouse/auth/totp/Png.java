package dev.gatehouse.auth.totp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes square pictures in black and white (RFC 2083, one bit of grey). By hand, because `javax.imageio` loads AWT and its native
/// libraries, which small images of the JDK lack. Pure.
final class Png {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private Png() {}

    static byte[] of(int size, Pixels dark) {
        byte[] header = ByteBuffer.allocate(13).putInt(size).putInt(size).put((byte) 1).array(); // then grey, deflate, no filter, not interlaced: 0
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        out.writeBytes(chunk("IHDR", header));
        out.writeBytes(chunk("IDAT", deflated(rows(size, dark))));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    private static byte[] rows(int size, Pixels dark) {
        int row = 1 + (size + 7) / 8; // the first byte of a row names its filter: none
        byte[] rows = new byte[size * row];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                if (!dark.at(x, y)) {
                    rows[y * row + 1 + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        return rows;
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] buffer = new byte[plain.length + 64]; // deflate never adds more to so little
            int length = deflater.deflate(buffer);
            return java.util.Arrays.copyOf(buffer, length);
        } finally {
            deflater.end();
        }
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] typed = ByteBuffer.allocate(4 + data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        return ByteBuffer.allocate(8 + typed.length).putInt(data.length).put(typed).putInt((int) crc.getValue()).array();
    }

    /// What the picture shows.
    interface Pixels {

        boolean at(int x, int y);
    }
}
