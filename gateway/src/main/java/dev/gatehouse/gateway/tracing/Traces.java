package dev.gatehouse.gateway.tracing;

import java.util.concurrent.TimeUnit;

import io.opentelemetry.sdk.trace.SdkTracerProvider;

import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.observability.Served;
import dev.gatehouse.gateway.settings.TracingSettings;

/// Tells of requests as spans: one for all of it, and below it `authenticate`, `limit` and `upstream`, whose id the backend was told in `traceparent`
/// (W3C Trace Context). Thread-safe, never blocks; does nothing where no endpoint is set.
public sealed interface Traces extends AutoCloseable {

    /// Sends spans where the settings say, or nowhere.
    static Traces of(TracingSettings settings) {
        if (settings.endpoint().isEmpty()) {
            return new Off();
        }
        GivenIds ids = new GivenIds();
        return new On(Exporter.to(settings.endpoint().get(), settings, ids), ids, settings.share());
    }

    /// Which requests get spans.
    SpanPolicy policy();

    /// Tells of one request that has ended.
    void tell(Served served);

    /// Sends what is left, within two seconds.
    @Override
    void close();

    /// Without an endpoint.
    record Off() implements Traces {

        @Override
        public SpanPolicy policy() {
            return SpanPolicy.NONE;
        }

        @Override
        public void tell(Served served) {
            // nobody wants to know
        }

        @Override
        public void close() {
            // nothing was opened
        }
    }

    /// With one.
    final class On implements Traces {

        private static final int CLOSE_SECONDS = 2;

        private final SdkTracerProvider provider;
        private final RequestSpans spans;
        private final SpanPolicy policy;

        private On(SdkTracerProvider provider, GivenIds ids, double share) {
            this.provider = provider;
            this.spans = new RequestSpans(provider.get("dev.gatehouse.gateway"), ids);
            this.policy = new SpanPolicy(true, share);
        }

        @Override
        public SpanPolicy policy() {
            return policy;
        }

        @Override
        public void tell(Served served) {
            if (served.trace().isSampled()) {
                spans.of(served);
            }
        }

        @Override
        public void close() {
            provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
