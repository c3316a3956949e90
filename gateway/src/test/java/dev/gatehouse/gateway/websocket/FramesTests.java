package dev.gatehouse.gateway.websocket;

import java.util.HexFormat;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What of one direction of a socket may pass.
class FramesTests {

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest(name = "{0}: {1} of {2}")
    @CsvSource(delimiter = '|', value = {
            "a text                                     | 8105 68656c6c6f                 | 7 | 0    | false",
            "half of it                                 | 8105 6865                       | 4 | 0    | false",
            "half of a header                           | 817e 01                         | 0 | 0    | false",
            "a text in fragments with a ping between    | 0101 61 8900 8001 62            | 8 | 0    | false",
            "half of a ping                             | 8905 6865                       | 0 | 0    | false",
            "a close frame and what follows             | 8802 03e8 8101 61               | 4 | 0    | true",
            "a close frame that says nothing            | 8800                            | 2 | 0    | true",
            "an application's close code                | 8802 1194                       | 4 | 0    | true",
            "a masked frame                             | 8185 00000000 68656c6c6f        | 0 | 1002 | false",
            "a good frame before a bad one              | 8101 61 8381                    | 3 | 1002 | false",
            "a reserved bit                             | c101 61                         | 0 | 1002 | false",
            "an unknown kind of data                    | 8301 61                         | 0 | 1002 | false",
            "an unknown kind of control                 | 8b00                            | 0 | 1002 | false",
            "a ping in fragments                        | 0900                            | 0 | 1002 | false",
            "a ping that is too long                    | 897e 007e                       | 0 | 1002 | false",
            "a continuation of nothing                  | 8001 61                         | 0 | 1002 | false",
            "a text within a text                       | 0101 61 8101 61                 | 3 | 1002 | false",
            "a short length in a long form              | 827e 007d                       | 0 | 1002 | false",
            "a length that fits 16 bits in 64           | 827f 0000000000000100           | 0 | 1002 | false",
            "a negative length                          | 827f ffffffffffffffff           | 0 | 1002 | false",
            "a frame beyond the longest                 | 827e 03e9                       | 0 | 1009 | false",
            "the longest frame                          | 827e 03e8 00                    | 5 | 0    | false",
            "a close frame of one octet                 | 8801 03                         | 0 | 1002 | false",
            "a close code that may not be sent          | 8802 03ed                       | 0 | 1002 | false",
            "a close code of nobody                     | 8802 07d0                       | 0 | 1002 | false"})
    void passesWhatIsFrames(String what, String hex, int passing, int broken, boolean closed) {
        Frames frames = new Frames(false, false, 1000);

        assertThat(frames.scan(octets(hex))).isEqualTo(passing);
        assertThat(frames.broken()).isEqualTo(broken);
        assertThat(frames.isClosed()).isEqualTo(closed);
    }

    @Test
    void readsTheCodeOfAMaskedCloseFrame() {
        Frames frames = new Frames(true, false, 1000);

        assertThat(frames.scan(octets("8882 01020304 1196"))).isEqualTo(8);
        assertThat(frames.closeCode()).isEqualTo(0x1196 ^ 0x0102);
    }

    @Test
    void takesNoUnmaskedFrameOfAClient() {
        Frames frames = new Frames(true, false, 1000);

        assertThat(frames.scan(octets("8105 68656c6c6f"))).isZero();
        assertThat(frames.broken()).isEqualTo(1002);
    }

    @Test
    void leavesReservedBitsToAnExtension() {
        assertThat(new Frames(false, true, 1000).scan(octets("c101 61"))).isEqualTo(3);
    }

    /// However the octets are cut, the same ones pass.
    @Test
    void doesNotDependOnHowItComes() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            byte[] stream = stream(random);
            ByteBuf whole = Unpooled.wrappedBuffer(stream);
            Frames once = new Frames(false, false, 1000);
            int passing = once.scan(whole);

            Frames piecewise = new Frames(false, false, 1000);
            int passed = 0;
            ByteBuf held = Unpooled.EMPTY_BUFFER;
            for (int at = 0; at < stream.length;) {
                int part = Math.min(stream.length - at, 1 + random.nextInt(7));
                ByteBuf in = Unpooled.copiedBuffer(held, Unpooled.wrappedBuffer(stream, at, part));
                int next = piecewise.scan(in);
                passed += next;
                held = in.skipBytes(next);
                at += part;
            }

            assertThat(passed).as("round %s", round).isEqualTo(passing);
            assertThat(piecewise.broken()).isEqualTo(once.broken());
            assertThat(piecewise.isClosed()).isEqualTo(once.isClosed());
            assertThat(piecewise.isInFrame()).isEqualTo(once.isInFrame());
        }
    }

    /// Mostly good frames, cut off somewhere.
    private static byte[] stream(Random random) {
        ByteBuf stream = Unpooled.buffer();
        int frames = random.nextInt(6);
        for (int i = 0; i < frames; i++) {
            int kind = random.nextInt(12) == 0 ? random.nextInt(16) : random.nextBoolean() ? 9 : 2;
            int length = kind == 2 ? random.nextInt(400) : random.nextInt(20);
            stream.writeByte(0x80 | kind);
            if (length < 126) {
                stream.writeByte(length);
            } else {
                stream.writeByte(126).writeShort(length);
            }
            stream.writeZero(length);
        }
        byte[] octets = new byte[random.nextInt(stream.readableBytes() + 1)];
        stream.readBytes(octets);
        return octets;
    }
}
