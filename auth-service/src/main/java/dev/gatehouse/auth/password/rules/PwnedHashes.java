package dev.gatehouse.auth.password.rules;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The hashes of a download of Have I Been Pwned: one file of lines `SHA1:COUNT`, or a folder of files named by five digits with lines
/// of the other 35. Lines are read one by one; memory does not grow with the file. For one thread.
final class PwnedHashes {

    private static final int DIGITS = 40;
    private static final int BUFFER = 1 << 20;
    private static final Pattern RANGE = Pattern.compile("[0-9A-Fa-f]{5}(\\.txt)?");

    private final Path source;
    private final long leastCount;

    /// @param leastCount hashes seen less often are left out
    PwnedHashes(Path source, long leastCount) {
        this.source = source;
        this.leastCount = leastCount;
    }

    /// Shows every hash to the visitor, in the order of the files and lines.
    ///
    /// @throws IOException where something cannot be read or is no such line; the message is for the operator
    void read(Visitor visitor) throws IOException {
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            String prefix = Files.isDirectory(source) ? name.substring(0, 5).toUpperCase(Locale.ROOT) : "";
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
                lines(in, prefix, name, visitor);
            }
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (Stream<Path> files = Files.list(source)) {
            List<Path> ranges = files.filter(file -> RANGE.matcher(String.valueOf(file.getFileName())).matches())
                    .sorted((one, other) -> String.valueOf(one.getFileName())
                            .compareToIgnoreCase(String.valueOf(other.getFileName())))
                    .toList();
            if (ranges.isEmpty()) {
                throw new IOException(source + ": has no files named by five hexadecimal digits");
            }
            return ranges;
        }
    }

    private void lines(InputStream in, String prefix, String file, Visitor visitor) throws IOException {
        byte[] line = new byte[DIGITS + 24];
        long number = 0;
        int length = 0;
        for (int next = in.read(); next >= 0 || length > 0; next = in.read()) {
            if (next >= 0 && next != '\n') {
                if (length == line.length) {
                    throw notLine(file, number + 1);
                }
                line[length++] = (byte) next;
                continue;
            }
            number++;
            line(new String(line, 0, length, StandardCharsets.ISO_8859_1).strip(), prefix, file, number, visitor);
            length = 0;
        }
    }

    private void line(String line, String prefix, String file, long number, Visitor visitor) throws IOException {
        if (line.isEmpty()) {
            return;
        }
        int colon = line.indexOf(':');
        String digits = prefix + (colon < 0 ? line : line.substring(0, colon));
        try {
            long count = colon < 0 ? Long.MAX_VALUE : Long.parseLong(line.substring(colon + 1));
            if (digits.length() != DIGITS) {
                throw notLine(file, number);
            }
            byte[] hash = HexFormat.of().parseHex(digits);
            if (count >= leastCount && !visitor.visit(hash)) {
                throw new IOException(file + ", line " + number + ": is out of order (expected: the download ordered by hash)");
            }
        } catch (IllegalArgumentException notHex) {
            throw new IOException(notLine(file, number).getMessage(), notHex);
        }
    }

    private static IOException notLine(String file, long number) {
        return new IOException(
                file + ", line " + number + ": is not a hash (expected: a SHA-1 in hexadecimal digits, a colon and a count)");
    }

    /// What is done with each hash.
    interface Visitor {

        /// {@return whether to go on}
        boolean visit(byte[] sha1) throws IOException;
    }
}
