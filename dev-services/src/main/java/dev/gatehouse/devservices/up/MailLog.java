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

/// Shows people the mails that the sink takes: whole in a file, one line each on the terminal.
final class MailLog implements Runnable {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final MailSink sink;
    private final Path file;
    private final Consumer<String> report;
    private int shown;

    MailLog(MailSink sink, Path file, Consumer<String> report) {
        this.sink = sink;
        this.file = file;
        this.report = report;
    }

    /// Shows mails until its thread is interrupted.
    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            sink.awaitCount(shown + 1, LOOK);
            showNew();
        }
    }

    private void showNew() {
        List<Mail> all = sink.received();
        for (Mail mail : all.subList(Math.min(shown, all.size()), all.size())) {
            report.accept("mail to %s: %s".formatted(String.join(", ", mail.to()), mail.subject()));
            append(mail);
        }
        shown = all.size();
    }

    private void append(Mail mail) {
        String entry = "From: %s%nTo: %s%nSubject: %s%n%n%s%n%n----%n".formatted(String.join(", ", mail.from()),
                String.join(", ", mail.to()), mail.subject(), mail.text());
        try {
            Files.writeString(file, entry, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            report.accept("cannot write %s: %s".formatted(file, e.getMessage()));
        }
    }
}
