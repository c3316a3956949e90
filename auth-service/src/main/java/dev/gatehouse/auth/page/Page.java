package dev.gatehouse.auth.page;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// A page of plain HTML: like every answer it may load nothing, not even styles, be framed by nobody, and tell nobody its address. Texts are
/// ours; the only thing of a caller in it is a token, of letters, digits, `-` and `_` alone.
///
/// @param title of the page
/// @param text below it
/// @param form a form, or nothing
public record Page(String title, String text, String form) {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    /// {@return a page that tells something}
    ///
    /// @param title of the page
    /// @param text below it
    public static Page saying(String title, String text) {
        return new Page(title, text, "");
    }

    /// {@return a page with a button}
    ///
    /// @param title of the page
    /// @param text below it
    /// @param action where the button posts to
    /// @param token that it posts; a page that tells of a broken link where it is none
    /// @param fields further fields, as HTML of ours
    /// @param button what it says
    public static Page asking(String title, String text, String action, String token, String fields, String button) {
        if (!TOKEN.matcher(token).matches()) {
            return saying("This link is not valid", "It may have been used, be too old, or have been cut off on its way.");
        }
        return new Page(title, text,
                "<form method=\"post\" action=\"" + action + "\"><input type=\"hidden\" name=\"token\" value=\""
                        + token + "\">" + fields + "<button>" + button + "</button></form>");
    }

    /// {@return the answer}
    ///
    /// @param status of it
    public ResponseEntity<String> answer(HttpStatus status) {
        return builder(status).body(html());
    }

    /// {@return the answer, with a header field}
    ///
    /// @param status of it
    /// @param name of the field
    /// @param value of the field
    public ResponseEntity<String> answer(HttpStatus status, String name, String value) {
        return builder(status).header(name, value).body(html());
    }

    private static ResponseEntity.BodyBuilder builder(HttpStatus status) {
        return ResponseEntity.status(status).contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
    }

    private String html() {
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>%s</title></head>
                <body><h1>%s</h1><p>%s</p>%s</body></html>
                """.formatted(title, title, text, form);
    }
}
