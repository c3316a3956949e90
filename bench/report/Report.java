package report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is said on the screen and kept in a file of Markdown, both at once. Not thread-safe.
public final class Report {

    private final Path folder;
    private final String name;
    private final StringBuilder text = new StringBuilder();

    /// `folder` is there.
    public Report(Path folder, String name, String title) {
        this.folder = folder;
        this.name = name;
        text.append("# ").append(title).append("\n\n");
        System.out.println(title);
        say(Machine.description() + "; " + Machine.busyness() + " when it began.");
    }

    /// A paragraph, or a table.
    public void say(Object paragraph) {
        String words = paragraph.toString().stripTrailing();
        System.out.println(words);
        text.append(words).append("\n\n");
    }

    /// A drawing of the same name, shown in the text.
    public void draw(String part, String svg) {
        write(name + part + ".svg", svg);
        text.append("![](").append(name).append(part).append(".svg)\n\n");
    }

    /// Writes the file.
    public void keep() {
        Path file = write(name + ".md", text.toString().stripTrailing() + "\n");
        System.out.println("kept in " + file);
    }

    private Path write(String file, String content) {
        try {
            return Files.writeString(folder.resolve(file), content);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write to " + folder + ": " + e.getMessage(), e);
        }
    }
}
