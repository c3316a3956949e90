package dev.gatehouse.gateway.tls;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.certificate.Authorities;
import dev.gatehouse.gateway.settings.TlsSettings;

/// The certificate of the public port. Its files are read every second, also where they are exchanged through a link; a change takes effect for new
/// connections once both files read the same twice, so that half a file is never used. A bad change alters nothing, is logged once and shows in
/// [#status()]. Thread-safe.
public final class ServerTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final TlsSettings settings;
    private final boolean http2;
    private final LiveContext context;
    private final ScheduledExecutorService watch = Executors
            .newSingleThreadScheduledExecutor(new DefaultThreadFactory("tls-files", true));

    private PemFiles inPlace;
    private @Nullable PemFiles seen;
    private volatile Optional<Authorities> clients;
    private volatile Status status;

    private ServerTls(TlsSettings settings, boolean http2, PemFiles files, Serving serving) throws UnusablePem {
        this.settings = settings;
        this.http2 = http2;
        this.inPlace = files;
        this.context = new LiveContext(ServerContexts.of(serving, http2));
        this.clients = serving.clients();
        this.status = new Status(serving.identity().toString(), serving.identity().expires(), "", 0, 0);
    }

    /// Reads the files and follows them from now on.
    ///
    /// @param http2 whether clients may choose HTTP/2
    /// @throws IllegalArgumentException when they cannot be used; see [#problem]
    @SuppressWarnings("FutureReturnValueIgnored") // it goes on until its executor is shut down
    public static ServerTls open(TlsSettings settings, boolean http2) {
        try {
            PemFiles files = PemFiles.read(settings);
            ServerTls tls = new ServerTls(settings, http2, files, Serving.of(files));
            LOG.info("TLS with the certificate of {}, which ends {}, by {}", tls.status.certificate(), tls.status.expires(),
                    ServerContexts.provider());
            tls.watch.scheduleWithFixedDelay(tls::look, 1, 1, TimeUnit.SECONDS);
            return tls;
        } catch (UnusablePem unusable) {
            throw new IllegalArgumentException(unusable.reason(), unusable);
        }
    }

    /// Why the files cannot be used; nothing when they can.
    public static Optional<String> problem(TlsSettings settings) {
        try {
            ServerContexts.of(Serving.of(PemFiles.read(settings)), true);
            return Optional.empty();
        } catch (UnusablePem unusable) {
            return Optional.of(unusable.reason());
        }
    }

    /// For all connections, now and later.
    public SslContext context() {
        return context;
    }

    /// Who vouches for clients at this moment, for open connections too; empty: clients are not asked for certificates.
    public Optional<Authorities> clients() {
        return clients;
    }

    /// What is in place, and what is wrong with the files as they are.
    public Status status() {
        return status;
    }

    /// One look at the files; its own thread's, or a test's.
    synchronized void look() {
        try {
            PemFiles files = PemFiles.read(settings);
            boolean rests = files.equals(seen);
            seen = files;
            if (files.equals(inPlace)) {
                status = status.with("");
            } else if (rests) {
                use(files);
            }
        } catch (UnusablePem unusable) {
            refuse(unusable.reason());
        } catch (RuntimeException unforeseen) {
            LOG.error("The certificate's files cannot be looked at", unforeseen);
        }
    }

    private void use(PemFiles files) throws UnusablePem {
        Serving serving = Serving.of(files);
        context.replace(ServerContexts.of(serving, http2));
        clients = serving.clients();
        inPlace = files;
        Identity identity = serving.identity();
        status = new Status(identity.toString(), identity.expires(), "", status.changes() + 1, status.refusals());
        LOG.info("New connections get the certificate of {}, which ends {}; {} authorities vouch for clients",
                status.certificate(),
                status.expires(), serving.clients().map(found -> found.roots().size()).orElse(0));
    }

    private void refuse(String reason) {
        if (!status.trouble().equals(reason)) { // once per reason, not once per look
            LOG.error("The certificate's files are not used, what was read before stays in place: {}", reason);
            status = status.refused(reason);
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /// The state of the certificate. Immutable.
    ///
    /// @param certificate whose it is, with its serial number
    /// @param expires when it ends
    /// @param trouble what is wrong with the files as they are; empty: nothing
    /// @param changes how often new files were used
    /// @param refusals how often new files were not used
    public record Status(String certificate, Instant expires, String trouble, long changes, long refusals) {

        private Status with(String text) {
            return trouble.equals(text) ? this : new Status(certificate, expires, text, changes, refusals);
        }

        private Status refused(String reason) {
            return new Status(certificate, expires, reason, changes, refusals + 1);
        }
    }
}
