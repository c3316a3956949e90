package dev.gatehouse.auth.password.rules;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command `passwords build-filter SOURCE TARGET [--bits N] [--least-count N]`: makes the filter of breached passwords from a
/// download of Have I Been Pwned. Reads it twice, from the front to the back, and needs no settings and little memory.
public final class BuildFilter {

    private static final String USAGE = """
            usage: passwords build-filter SOURCE TARGET [--bits N] [--least-count N]
              SOURCE           pwnedpasswords.txt, SHA-1, ordered by hash; or the folder of range files
              TARGET           the filter, for GATEHOUSE_BREACHED_PASSWORDS
              --bits N         bits for each hash, 8 to 32, default 14: 1 good password in 1,000 is refused by mistake
              --least-count N  leave out what was seen less often, default 1""";
    private static final int USUAL_BITS = 14;

    private final PwnedHashes hashes;
    private final Path target;
    private final int bits;
    private long count;

    private BuildFilter(PwnedHashes hashes, Path target, int bits) {
        this.hashes = hashes;
        this.target = target;
        this.bits = bits;
    }

    /// {@return the exit code: 0 done, 1 not possible, 2 wrongly called}
    ///
    /// @param arguments behind `passwords`
    /// @param out where to say what happened
    public static int run(List<String> arguments, PrintStream out) {
        List<String> left = new ArrayList<>(arguments);
        try {
            int bits = Math.toIntExact(option(left, "--bits", USUAL_BITS, 8, 32));
            long leastCount = option(left, "--least-count", 1, 1, Long.MAX_VALUE);
            if (left.size() != 3 || !left.getFirst().equals("build-filter")) {
                throw new IllegalArgumentException(USAGE);
            }
            Path source = Path.of(left.get(1));
            return new BuildFilter(new PwnedHashes(source, leastCount), Path.of(left.get(2)), bits).build(out);
        } catch (IllegalArgumentException wrong) {
            out.println(wrong.getMessage());
            return 2;
        }
    }

    private int build(PrintStream out) {
        try {
            hashes.read(_ -> ++count > 0);
            try (BreachedFilterWriter writer = new BreachedFilterWriter(target, count, bits)) {
                hashes.read(writer::add);
                writer.finish();
            }
            out.println(target + ": " + count + " hashes in " + Files.size(target) / 1024 + " KiB");
            return 0;
        } catch (IOException unreadable) {
            out.println("cannot build the filter: " + unreadable.getMessage());
            return 1;
        }
    }

    private static long option(List<String> arguments, String name, long byDefault, long least, long most) {
        int at = arguments.indexOf(name);
        if (at < 0) {
            return byDefault;
        }
        String expected = name + ": is out of range (expected: a number from " + least + " to " + most + ")";
        if (at + 1 == arguments.size()) {
            throw new IllegalArgumentException(expected);
        }
        arguments.remove(at);
        try {
            long number = Long.parseLong(arguments.remove(at));
            if (number < least || number > most) {
                throw new IllegalArgumentException(expected);
            }
            return number;
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(expected, notNumber);
        }
    }
}
