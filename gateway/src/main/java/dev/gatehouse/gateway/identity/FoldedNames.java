package dev.gatehouse.gateway.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A set of header names and name prefixes that are met in any spelling some backend takes for the same: without regard to case, and with
/// every character that is neither letter nor digit read as `-`, because CGI, WSGI, Rack, PHP and their kin do. Immutable.
///
/// A name with a character beyond ASCII counts as contained where it could be meant: no such name is valid (RFC 9110 §5.1), and there are
/// backends for which `ß` in upper case is `SS`.
///
/// Asked for every header of every request: the first letter and the length rule out nearly all names before a character is folded.
final class FoldedNames {

    private static final byte[] FOLD = fold();

    private final String[][] exactByLength;
    private final long[] lengthsByFirst = new long[128];
    private final String[][] prefixesByFirst = new String[128][];

    /// Names and prefixes in lower case, with `-` only.
    ///
    /// @throws IllegalArgumentException for a name of no character or more than 63, which would never be found
    FoldedNames(Set<String> names, List<String> prefixes) {
        this.exactByLength = new String[64][];
        for (int length = 0; length < 64; length++) {
            int wanted = length;
            exactByLength[length] = names.stream().filter(name -> name.length() == wanted).toArray(String[]::new);
        }
        for (String name : names) {
            if (name.isEmpty() || name.length() > 63) {
                throw new IllegalArgumentException("name: " + name + " (expected: 1 to 63 characters)");
            }
            lengthsByFirst[name.charAt(0)] |= 1L << name.length();
        }
        Arrays.fill(prefixesByFirst, new String[0]);
        prefixes.stream().collect(Collectors.groupingBy(prefix -> prefix.charAt(0)))
                .forEach((first, those) -> prefixesByFirst[first] = those.toArray(String[]::new));
    }

    private static byte[] fold() {
        byte[] fold = new byte[128];
        Arrays.fill(fold, (byte) '-');
        for (char character = '0'; character <= '9'; character++) {
            fold[character] = (byte) character;
        }
        for (char character = 'a'; character <= 'z'; character++) {
            fold[character] = (byte) character;
            fold[character - 'a' + 'A'] = (byte) character;
        }
        return fold;
    }

    boolean contains(String name) {
        int length = name.length();
        if (length == 0) {
            return false;
        }
        if (name.charAt(0) >= 128) {
            return true;
        }
        int first = FOLD[name.charAt(0)];
        if (length < 64 && (lengthsByFirst[first] & (1L << length)) != 0) {
            for (String exact : exactByLength[length]) {
                if (startsWith(name, exact)) {
                    return true;
                }
            }
        }
        if (prefixesByFirst[first].length > 0) {
            if (!isAscii(name)) {
                return true;
            }
            for (String prefix : prefixesByFirst[first]) {
                if (length >= prefix.length() && startsWith(name, prefix)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(String name, String folded) {
        for (int i = 0; i < folded.length(); i++) {
            char character = name.charAt(i);
            if (character >= 128 || FOLD[character] != folded.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
