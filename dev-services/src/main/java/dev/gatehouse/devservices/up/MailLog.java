package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.gatehouse.devservices.Mail;
import dev.gatehouse.devservices.MailSink;

/// Shows people the mails that the sink takes: as text in a file, as a page for the browser each, and in one line on the terminal.
final class MailLog implements Runnable {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final MailSink sink;
    private final Path file;
    private final Path pages;
    private final Consumer<String> report;
    private volatile boolean stopped;
    private int shown; // confined to the thread that runs

    MailLog(MailSink sink, Path file, Path pages, Consumer<String> report) {
        this.sink = sink;
        this.file = file;
        this.pages = pages;
        this.report = report;
    }

    /// Shows mails until [#stop()]. The sink takes no notice of interrupts.
    @Override
    public void run() {
        while (!stopped) {
            sink.awaitCount(shown + 1, LOOK);
            showNew();
        }
    }

    /// Ends [#run()] within a second or two.
    void stop() {
        stopped = true;
    }

    private void showNew() {
        List<Mail> all = sink.received();
        for (Mail mail : all.subList(Math.min(shown, all.size()), all.size())) {
            shown++;
            try {
                append(mail);
            } catch (IOException e) {
                report.accept("cannot keep the next mail: " + e.getMessage());
            }
            report.accept("mail to %s: %s".formatted(String.join(", ", mail.to()), mail.subject()));
        }
    }

    private void append(Mail mail) throws IOException {
        String entry = "From: %s%nTo: %s%nSubject: %s%n%n%s%n%n----%n".formatted(String.join(", ", mail.from()),
                String.join(", ", mail.to()), mail.subject(), mail.text());
        Files.writeString(file, entry, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (!mail.html().isEmpty()) {
            Files.createDirectories(pages);
            Files.writeString(pages.resolve("%03d.html".formatted(shown)), mail.html());
        }
    }
}
