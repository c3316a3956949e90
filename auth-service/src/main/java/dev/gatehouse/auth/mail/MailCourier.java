package dev.gatehouse.auth.mail;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.background.Worker;
import dev.gatehouse.auth.background.Working;
import dev.gatehouse.auth.sealing.Sealer;

/// Takes mails out of the outbox, one at a time, and hands them to the mail server. A mail whose courier dies is taken by another one
/// after a while; it may then arrive twice, under the same `Message-ID`. Thread-safe.
final class MailCourier implements Working {

    private static final Logger LOG = LoggerFactory.getLogger(MailCourier.class);
    // However many new mails there are, some of those that were put off go out between them.
    private static final int TRIED_EVERY = 5;
    // In a row: then it may be the server that takes none, whatever it says of each.
    private static final int MOST_PUT_OFF = 50;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final MailOutbox outbox;
    private final Optional<Smtp> smtp;
    private final MailTemplates templates;
    private final Sealer sealer;
    private final String publicUrl;
    private final MeterRegistry meters;
    private int taken;
    private int putOff;
    private final Worker worker = new Worker("mail-courier", this::sendOne);

    /// @param smtp nowhere to, where it is empty
    /// @param publicUrl where every link points, whatever a request's Host says
    MailCourier(MailOutbox outbox, Optional<Smtp> smtp, MailTemplates templates, Sealer sealer, String publicUrl,
            MeterRegistry meters) {
        this.outbox = outbox;
        this.smtp = smtp;
        this.templates = templates;
        this.sealer = sealer;
        this.publicUrl = publicUrl;
        this.meters = meters;
    }

    void wake() {
        worker.wake();
    }

    Outcome sendOne() {
        Optional<MailOutbox.Row> next = smtp.isPresent() ? next() : Optional.empty();
        return next.isEmpty() ? new Outcome.Done() : send(next.get(), smtp.orElseThrow());
    }

    private Optional<MailOutbox.Row> next() {
        return ++taken % TRIED_EVERY == 0 ? outbox.takeTried().or(outbox::take) : outbox.take();
    }

    private Outcome send(MailOutbox.Row row, Smtp server) {
        Optional<Map<String, String>> values = sealer.open(row.sealed(), Mails.purpose(row.id())).map(this::values);
        if (values.isEmpty()) {
            LOG.error("a mail cannot be opened with GATEHOUSE_KEK and is given up, kind={}", row.kind());
            outbox.end(row.id(), "refused");
            return new Outcome.More();
        }
        Smtp.Result result = server.send(row.id(), values.get().getOrDefault("to", ""),
                templates.render(row.kind(), Locale.forLanguageTag(values.get().getOrDefault("language", "en")),
                        withLink(row.kind(), values.get())));
        return report(row, result);
    }

    private Outcome report(MailOutbox.Row row, Smtp.Result result) {
        String outcome = switch (result) {
            case Smtp.Result.Sent() -> "sent";
            case Smtp.Result.Refused() -> "refused";
            case Smtp.Result.Later _,Smtp.Result.Failed _ -> "failed";
        };
        meters.counter("gatehouse.mail", "kind", row.kind().template(), "outcome", outcome).increment();
        if (outcome.equals("failed")) {
            outbox.putOff(row.id(), row.attempts());
        } else {
            outbox.end(row.id(), outcome);
        }
        putOff = result instanceof Smtp.Result.Later ? putOff + 1 : 0;
        if (putOff == MOST_PUT_OFF) { // no pause: whoever names many such addresses would make all others wait
            LOG.warn("SMTP_URL: the server has put off {} mails in a row", putOff);
        }
        return result instanceof Smtp.Result.Failed(String reason) ? new Outcome.Failed(reason) : new Outcome.More();
    }

    private Map<String, String> values(byte[] payload) {
        return JSON.readValue(new String(payload, StandardCharsets.UTF_8), new TypeReference<HashMap<String, String>>() {});
    }

    private Map<String, String> withLink(MailKind kind, Map<String, String> payload) {
        Map<String, String> values = new HashMap<>(payload);
        String token = payload.getOrDefault("token", "");
        values.put("link", publicUrl + kind.page() + (token.isEmpty() ? "" : "?token=" + token));
        values.put("site", publicUrl.substring(publicUrl.indexOf("//") + 2));
        values.put("time", payload.getOrDefault("time", "").replace("T", " ").replace("Z", " UTC"));
        return values;
    }

    @Override
    public void start() {
        if (smtp.isEmpty()) {
            LOG.warn("SMTP_URL: is not set; no mail is sent");
        }
        Working.super.start();
    }

    @Override
    public void stop() {
        Working.super.stop();
        smtp.ifPresent(Smtp::close);
    }

    @Override
    public Worker worker() {
        return worker;
    }
}
