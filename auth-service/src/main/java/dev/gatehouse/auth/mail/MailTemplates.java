package dev.gatehouse.auth.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.gatehouse.auth.database.StartRefused;

/// The texts of all mails, in every language there is: ours, and the operator's where its folder has a file of the same name. Read and
/// checked once, at the start; thread-safe.
final class MailTemplates {

    private static final Set<String> VALUES = Set.of("username", "site", "link", "code", "address", "device", "time", "language");
    private static final String SUBJECT = "Subject: ";
    private static final String FALLBACK = Locale.ENGLISH.getLanguage();

    private final Map<String, Texts> texts = new HashMap<>(); // by language and kind

    /// @param folder with files of the operator's own, such as `de/verify-email.txt`
    /// @throws StartRefused where one of them cannot be used
    MailTemplates(Optional<Path> folder) {
        try {
            for (String language : languages(folder)) {
                for (MailKind kind : MailKind.values()) {
                    texts.put(language + "/" + kind, load(folder, language, kind));
                }
            }
        } catch (IllegalArgumentException | IOException unusable) {
            throw new StartRefused("GATEHOUSE_MAIL_TEMPLATES: " + unusable.getMessage());
        }
    }

    Rendered render(MailKind kind, Locale language, Map<String, String> values) {
        Texts chosen = texts.getOrDefault(language.getLanguage() + "/" + kind, texts.get(FALLBACK + "/" + kind));
        if (chosen == null) {
            throw new IllegalStateException("no template for " + kind);
        }
        String body = chosen.html().render(values, Template::html);
        Map<String, String> around = new HashMap<>(values);
        around.replaceAll((_, value) -> Template.html(value));
        around.put("content", body);
        // One line whatever the values are: a header ends at a line break.
        String subject = chosen.subject().render(values, UnaryOperator.identity()).replaceAll("\\p{C}+", " ").strip();
        return new Rendered(subject, chosen.text().render(values, UnaryOperator.identity()),
                chosen.layout().render(around, UnaryOperator.identity()));
    }

    private static List<String> languages(Optional<Path> folder) throws IOException {
        List<String> languages = new ArrayList<>(List.of(FALLBACK));
        if (folder.isPresent()) {
            try (Stream<Path> entries = Files.list(folder.get())) {
                entries.filter(Files::isDirectory).map(entry -> String.valueOf(entry.getFileName()))
                        .filter(name -> name.matches("[a-z]{2,3}") && !name.equals(FALLBACK)).forEach(languages::add);
            }
        }
        return languages;
    }

    private static Texts load(Optional<Path> folder, String language, MailKind kind) throws IOException {
        String name = kind.template() + ".txt";
        String text = read(folder, language, name);
        int end = text.indexOf('\n');
        if (!text.startsWith(SUBJECT) || end < 0) {
            throw new IllegalArgumentException(name + ": does not start with a line such as \"" + SUBJECT + "…\"");
        }
        String html = kind.template() + ".html";
        Set<String> inLayout = Set.of("content", "site", "language");
        return new Texts(new Template(name, text.substring(SUBJECT.length(), end), VALUES),
                new Template(name, text.substring(end + 1).stripLeading(), VALUES),
                new Template(html, read(folder, language, html), VALUES),
                new Template("layout.html", read(folder, language, "layout.html"), inLayout));
    }

    /// {@return the operator's file in this language, or else ours, or else the same in English}
    private static String read(Optional<Path> folder, String language, String name) throws IOException {
        for (String each : List.of(language, FALLBACK)) {
            Optional<Path> own = folder.map(path -> path.resolve(each).resolve(name)).filter(Files::isRegularFile);
            if (own.isPresent()) {
                return Files.readString(own.get());
            }
            try (InputStream ours = MailTemplates.class.getResourceAsStream("/mail/" + each + "/" + name)) {
                if (ours != null) {
                    return new String(ours.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new IllegalArgumentException(name + ": is missing");
    }

    private record Texts(Template subject, Template text, Template html, Template layout) {}

    /// What a reader sees.
    ///
    /// @param subject one line
    /// @param text for programs that show text
    /// @param html for others
    record Rendered(String subject, String text, String html) {}
}
