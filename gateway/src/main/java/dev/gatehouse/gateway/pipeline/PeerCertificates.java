package dev.gatehouse.gateway.pipeline;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.certificate.Authorities;
import dev.gatehouse.gateway.certificate.Judgement;

/// Whom the client of a connection has proven to be by its certificate. Judged once a minute for each connection, and anew as soon as other authorities
/// vouch, so that an expired intermediate or a dropped authority ends what is open. Thread-safe.
final class PeerCertificates {

    private static final AttributeKey<Known> KNOWN = AttributeKey.valueOf("gatehouse.certificate");
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Supplier<Optional<Authorities>> authorities;

    private final Clock clock;

    /// @param authorities those who vouch at this moment
    PeerCertificates(Supplier<Optional<Authorities>> authorities, Clock clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /// By now, not by the arrival of a request: a WebSocket asks about itself for hours.
    ///
    /// @param request the channel that a request came on, its connection's or its stream's
    Judgement of(Channel request) {
        Authorities live = authorities.get().orElse(null);
        if (live == null) {
            return Judgement.NONE;
        }
        Instant now = clock.instant();
        Channel connection = request instanceof Http2StreamChannel stream ? stream.parent() : request;
        Known known = connection.attr(KNOWN).get();
        if (known == null || !known.holds(live, now)) {
            known = Known.of(live, live.judge(shown(connection), now), now);
            connection.attr(KNOWN).set(known);
        }
        return known.judgement;
    }

    private static List<X509Certificate> shown(Channel connection) {
        @Nullable
        SslHandler tls = connection.pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    private record Known(Authorities authorities, Judgement judgement, Instant until) {

        static Known of(Authorities authorities, Judgement judgement, Instant now) {
            Instant again = now.plus(AGAIN);
            Instant end = judgement instanceof Judgement.Proven(Caller.Authenticated caller) ? caller.expiresAt() : again;
            return new Known(authorities, judgement, end.isBefore(again) ? end : again);
        }

        @SuppressWarnings("ReferenceEquality") // the very ones: each reading of the files makes its own
        boolean holds(Authorities live, Instant now) {
            return authorities == live && now.isBefore(until);
        }
    }
}
