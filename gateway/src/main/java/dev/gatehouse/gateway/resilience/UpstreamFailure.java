package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.timeout.ReadTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/// Why a request got no response from its upstream. Without a stack trace: it is an outcome, not a bug; the cause is for the log only.
public final class UpstreamFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;
    // Wrapped deeper than this nothing was ever seen; a cycle of causes ends here too.
    private static final int DEEPEST_CAUSE = 8;
    // The parser is never further from where it throws.
    private static final int PARSER_FRAMES = 8;

    private static final Duration BUSY_FOR = Duration.ofSeconds(1);
    private static final String BEFORE_SEND = String.valueOf(AbortedException.beforeSend().getMessage());

    private final Kind kind;
    private final Duration retryAfter;
    private final boolean unsent;

    private UpstreamFailure(Kind kind, Duration retryAfter, @Nullable Throwable cause) {
        this(kind, retryAfter, false, cause);
    }

    private UpstreamFailure(Kind kind, Duration retryAfter, boolean unsent, @Nullable Throwable cause) {
        super(kind.name(), cause, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
        this.unsent = unsent;
    }

    /// What happened.
    public Kind kind() {
        return kind;
    }

    /// When it is worth trying again; zero where nobody knows.
    public Duration retryAfter() {
        return retryAfter;
    }

    static UpstreamFailure open(Duration retryAfter) {
        return new UpstreamFailure(Kind.OPEN, retryAfter, null);
    }

    /// The answer says that the instance cannot serve, and was not passed on.
    public static UpstreamFailure unavailable() {
        return new UpstreamFailure(Kind.UNAVAILABLE, Duration.ZERO, null);
    }

    /// The upstream says that it has not looked at the request.
    static UpstreamFailure unprocessed() {
        return new UpstreamFailure(Kind.UNPROCESSED, Duration.ZERO, true, null);
    }

    /// Whether nothing of the request can have reached the upstream, or the upstream says that it has not looked at it: no connection came about, or one of the
    /// pool was found closed before the header section went out. After that nobody can tell, also not of TLS, whose refusals may come after the request was sent.
    boolean isUnsent() {
        return unsent;
    }

    /// As many requests wait for a connection as may.
    public static UpstreamFailure busy() {
        return new UpstreamFailure(Kind.BUSY, BUSY_FOR, null);
    }

    /// The connection that the request went out on had been given up by the other side.
    static UpstreamFailure stale(UpstreamFailure broken) {
        return new UpstreamFailure(Kind.STALE, Duration.ZERO, broken.unsent, broken.getCause());
    }

    /// Whether the connection broke, as one does whose other side is gone.
    boolean isBroken() {
        return kind == Kind.ABORTED || (kind == Kind.BAD_RESPONSE && getCause() instanceof IOException);
    }

    static UpstreamFailure timeout() {
        return new UpstreamFailure(Kind.TIMEOUT, Duration.ZERO, null);
    }

    /// Reads an error of the HTTP client; empty for errors that do not come from the upstream.
    public static Optional<UpstreamFailure> of(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof UpstreamFailure known) {
                return Optional.of(known);
            }
            if (cause instanceof ClientFailure) {
                return Optional.empty();
            }
            Kind kind = kindOf(cause);
            if (kind != null) {
                return Optional.of(new UpstreamFailure(kind, kind == Kind.BUSY ? BUSY_FOR : Duration.ZERO,
                        isUnsent(kind, cause), error));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static boolean isUnsent(Kind kind, Throwable cause) {
        return switch (kind) {
            case UNREACHABLE -> !(cause instanceof SSLException || cause instanceof DecoderException);
            case ABORTED -> BEFORE_SEND.equals(cause.getMessage());
            case UNPROCESSED -> true;
            case OPEN, BUSY, TIMEOUT, BAD_RESPONSE, STALE, UNAVAILABLE -> false;
        };
    }

    private static @Nullable Kind kindOf(Throwable error) {
        return switch (error) {
            case PoolAcquireTimeoutException _,PoolAcquirePendingLimitException _ -> Kind.BUSY;
            case ChannelException _ when error.getCause() instanceof IOException -> Kind.BUSY;
            case IOException _ when isWithoutPort(error) -> Kind.BUSY;
            case ConnectException _,NoRouteToHostException _,UnknownHostException _,UnresolvedAddressException _,SSLException _ ->
                Kind.UNREACHABLE;
            case ReadTimeoutException _,TimeoutException _ -> Kind.TIMEOUT;
            case AbortedException _ -> Kind.ABORTED;
            case DecoderException _ when error.getCause() instanceof SSLException -> Kind.UNREACHABLE;
            // Its connection took no more streams when this one was to be opened.
            case Http2Exception none when none.error() == Http2Error.REFUSED_STREAM -> Kind.UNPROCESSED;
            // The request's header section is longer than the upstream takes: whose fault that is cannot be told, so it must open no breaker.
            case HeaderListSizeException large when !large.duringDecode() -> null;
            case IOException _,DecoderException _,Http2Exception _ -> Kind.BAD_RESPONSE;
            default -> fromParser(error) ? Kind.BAD_RESPONSE : null;
        };
    }

    /// EADDRNOTAVAIL, which only the system's words tell: all ports of this machine towards that address are in use.
    private static boolean isWithoutPort(Throwable error) {
        String said = error.getMessage();
        return said != null && said.contains("Cannot assign requested address");
    }

    /// Netty reports a malformed status line or header with whatever its parser threw, mostly a plain `IllegalArgumentException`.
    private static boolean fromParser(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        for (int i = 0; i < Math.min(trace.length, PARSER_FRAMES); i++) {
            if (trace[i].getClassName().startsWith("io.netty.handler.codec.http.HttpObjectDecoder")
                    || trace[i].getClassName().startsWith("io.netty.handler.codec.http.HttpResponseDecoder")) {
                return true;
            }
        }
        return false;
    }

    /// What a request ran into.
    public enum Kind {
        /// The breaker is open; the upstream was not asked.
        OPEN(false),
        /// All connections to the upstream are in use and too many requests wait for one, or this machine has no descriptor or no port left for one; the upstream
        /// was not asked.
        BUSY(false),
        /// No response section within the route's time.
        TIMEOUT(true),
        /// No connection: refused, unknown host, no route, TLS failed, or not within the connect time.
        UNREACHABLE(true),
        /// The connection broke before a response, or what came is not HTTP.
        BAD_RESPONSE(true),
        /// The connection had served before, and the other side had given it up without a word, as far as can be told.
        STALE(false),
        /// It answered 502, 503 or 504, and another instance was to be asked.
        UNAVAILABLE(true),
        /// A connection was found closed when something was to be sent; whether the client's or the upstream's cannot be told.
        ABORTED(false),
        /// It says that it has not processed the request (RFC 9113 §8.7), as when it is about to go.
        UNPROCESSED(false);

        private final boolean upstreamsFault;

        Kind(boolean upstreamsFault) {
            this.upstreamsFault = upstreamsFault;
        }

        boolean isUpstreamsFault() {
            return upstreamsFault;
        }
    }
}
