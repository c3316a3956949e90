package dev.gatehouse.gateway.routefile.yaml;

import org.jspecify.annotations.Nullable;

/// A text in the form that [PlainYaml] reads, and how far it is read: characters, lines, keys and texts of one line. Whatever is not of this form ends the
/// reading with [NotPlain]. Used once.
final class PlainText {

    private final String text;
    private int pos;
    private int line;
    private int lineStart;
    private int indent; // of the line; -1 at the end of the text

    private PlainText(String text) {
        this.text = text;
    }

    /// A text before the first line that says something.
    static PlainText of(String text) {
        requirePlainCharacters(text);
        PlainText plain = new PlainText(text);
        plain.nextLine();
        return plain;
    }

    /// One unit of UTF-16 each, none of them a line's end in any YAML but `\n`.
    private static void requirePlainCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            require(c == '\n' || (c >= ' ' && c <= '~') || (c >= '\u00A0' && c < '\u2000') || (c >= '\u2030' && c < '\uD800'));
        }
    }

    /// How far in the line begins; -1 at the end of the text.
    int indent() {
        return indent;
    }

    /// How far in the next character stands.
    int column() {
        return pos - lineStart;
    }

    /// Where the next character is.
    Position here(@Nullable Position parent, String step) {
        return new Position(line, column() + 1, parent, step);
    }

    /// At the end of the text a line ends, too.
    char current() {
        return pos < text.length() ? text.charAt(pos) : '\n';
    }

    void skip() {
        pos++;
    }

    void skipSpaces() {
        while (current() == ' ') {
            pos++;
        }
    }

    /// Also where a comment stands, which needs a space before it.
    boolean atEndOfLine() {
        return current() == '\n' || (current() == '#' && text.charAt(pos - 1) == ' ');
    }

    /// Goes to where the next line that says something begins.
    void nextLine() {
        do {
            int end = line == 0 ? -1 : text.indexOf('\n', pos);
            if (line > 0 && end < 0) {
                pos = text.length();
                indent = -1;
                return;
            }
            line++;
            lineStart = end + 1;
            pos = lineStart;
            skipSpaces();
            indent = pos - lineStart;
        } while (current() == '#' || current() == '\n');
    }

    /// Goes over a key and its colon.
    String key() {
        require(isKey());
        int start = pos;
        pos = text.indexOf(':', pos);
        return text.substring(start, pos++);
    }

    boolean isKey() {
        int i = pos;
        while (i < text.length()
                && (isLetterOrDigit(text.charAt(i)) || (i > pos && (text.charAt(i) == '-' || text.charAt(i) == '_')))) {
            i++;
        }
        return i > pos && i - pos <= 100 && i < text.length() && text.charAt(i) == ':'
                && (i + 1 == text.length() || text.charAt(i + 1) == ' ' || text.charAt(i + 1) == '\n');
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    boolean isDash() {
        return current() == '-' && pos + 1 < text.length() && text.charAt(pos + 1) == ' ';
    }

    /// Goes over a text in quotes, in which nothing is escaped.
    String quoted() {
        char quote = current();
        int start = ++pos;
        while (current() != quote) {
            require(current() != '\n' && current() != '\\');
            pos++;
        }
        String written = text.substring(start, pos++);
        require(current() != quote);
        return written;
    }

    /// Goes over a text without quotes: to the end of the line or a comment, in brackets to what ends it there.
    String bare(boolean flow) {
        require(isLetterOrDigit(current()) || current() == '/' || current() == '_' || (current() == '$' && !flow));
        int start = pos;
        int end = pos;
        for (char c = current(); c != '\n' && !(flow && (c == ',' || c == ']' || c == '}')); c = current()) {
            require(!(flow && (c == '[' || c == '{' || c == '?')));
            if (c == '#') {
                require(!flow && text.charAt(pos - 1) == ' ');
                break;
            }
            pos++;
            require(c != ':' || !(current() == ' ' || current() == '\n' || (flow && ",[]{}".indexOf(current()) >= 0)));
            end = c == ' ' ? end : pos;
        }
        return text.substring(start, end);
    }

    static void require(boolean plain) {
        if (!plain) {
            throw new NotPlain();
        }
    }

    /// Ends the reading.
    static final class NotPlain extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private NotPlain() {
            super(null, null, false, false);
        }
    }
}
