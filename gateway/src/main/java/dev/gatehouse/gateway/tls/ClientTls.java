package dev.gatehouse.gateway.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS with upstreams whose files are named. The files are read every second; a change takes effect for new connections once all of them read the same
/// twice, a bad one alters nothing and is logged once. Thread-safe.
public final class ClientTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private final ScheduledExecutorService watch = Executors
            .newSingleThreadScheduledExecutor(new DefaultThreadFactory("tls-upstreams", true));
    private final Map<Key, Watched> contexts = new ConcurrentHashMap<>();

    /// Begins to look at the files of those who will be asked for.
    @SuppressWarnings("FutureReturnValueIgnored") // it goes on until its executor is shut down
    public ClientTls() {
        watch.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /// Why the files cannot be used; nothing when they can.
    public static Optional<String> problem(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
        try {
            new Watched(new Key(ca, certificate, key, false));
            return Optional.empty();
        } catch (UnusablePem unusable) {
            return Optional.of(unusable.reason());
        }
    }

    /// What to speak, now and later.
    ///
    /// @param ca of those who vouch for servers; empty: those whom the machine trusts
    /// @param certificate what the gateway shows, with its key
    /// @param http2 whether to speak HTTP/2 and nothing else
    /// @throws IllegalStateException when the files cannot be used (any more)
    public SslContext context(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key, boolean http2) {
        return contexts.computeIfAbsent(new Key(ca, certificate, key, http2), ClientTls::watched).context;
    }

    private static Watched watched(Key key) {
        try {
            return new Watched(key);
        } catch (UnusablePem unusable) {
            throw new IllegalStateException(unusable.reason(), unusable);
        }
    }

    /// One look at the files; its own thread's, or a test's.
    synchronized void look() {
        contexts.values().forEach(Watched::look);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private record Key(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key, boolean http2) {

        List<String> texts() throws UnusablePem {
            return List.of(text("ca", ca), text("certificate", certificate), text("key", key));
        }

        private static String text(String name, Optional<Path> file) throws UnusablePem {
            return file.isEmpty() ? "" : PemFiles.text(name, file.get());
        }
    }

    /// Files, and what was made of them. Looked at by one thread.
    private static final class Watched {

        private final Key key;
        private final LiveContext context;
        private List<String> inPlace;
        private List<String> seen = List.of();
        private String trouble = "";

        Watched(Key key) throws UnusablePem {
            this.key = key;
            this.inPlace = key.texts();
            this.context = new LiveContext(ClientContexts.of(inPlace.get(0), inPlace.get(1), inPlace.get(2), key.http2()));
        }

        void look() {
            try {
                List<String> texts = key.texts();
                boolean rests = texts.equals(seen);
                seen = texts;
                if (!texts.equals(inPlace) && rests) {
                    context.replace(ClientContexts.of(texts.get(0), texts.get(1), texts.get(2), key.http2()));
                    inPlace = texts;
                    LOG.info("New connections to upstreams are made with the changed files {}", key);
                }
                trouble = "";
            } catch (UnusablePem unusable) {
                if (!trouble.equals(unusable.reason())) { // once per reason, not once per look
                    LOG.error("The files {} are not used, what was read before stays in place: {}", key, unusable.reason());
                }
                trouble = unusable.reason();
            } catch (RuntimeException unforeseen) {
                LOG.error("The files {} cannot be looked at", key, unforeseen);
            }
        }
    }
}
