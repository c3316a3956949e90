package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.concurrency.Entry;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.grpc.GrpcCall;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.TrailerFields;
import dev.gatehouse.gateway.observability.Served;
import dev.gatehouse.gateway.observability.Timing;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Stay;
import dev.gatehouse.gateway.websocket.Handshake;

/// One request on its way through the gateway: what is known at its arrival, and what the stages note down for the log. Used by one request's
/// signals only, which never overlap.
final class Visit {

    private final HttpServerRequest received;
    private final Answer answer;
    private final InboundRequest origin;
    private final Instant arrived;
    private final LongSupplier nanoTime;
    private final long started;

    private String path = "";
    private String rawPath = "";
    private String query = "";
    private String routeId = "";
    private BrowserPolicy browser = BrowserPolicy.NONE;
    private final Stay stay = new Stay();
    private volatile Entry.@Nullable Entered entered;
    private Handshake.@Nullable Asked socket;
    private String upstream = "";
    private int attempts;
    private long authenticated;
    private long admitted;
    private long sent;
    private long answered;
    private @Nullable OutgoingRequest outgoing;
    private String code = "";
    private String reason = "";
    private Caller caller = Caller.ANONYMOUS;

    Visit(HttpServerRequest received, Answer answer, InboundRequest origin, Instant arrived, LongSupplier nanoTime) {
        this.received = received;
        this.answer = answer;
        this.origin = origin;
        this.arrived = arrived;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
    }

    /// What the client sent, as the host has read it.
    HttpServerRequest received() {
        return received;
    }

    /// What the client gets.
    Answer answer() {
        return answer;
    }

    InboundRequest origin() {
        return origin;
    }

    /// When its header section had been read.
    Instant arrived() {
        return arrived;
    }

    /// The request line's target, as received.
    String target() {
        return received.uri();
    }

    /// The path to match by, once the path policy let it pass.
    String path() {
        return path;
    }

    String rawPath() {
        return rawPath;
    }

    /// With its `?`; empty when there is none.
    String query() {
        return query;
    }

    /// `Host` as received; empty when there is none.
    String host() {
        return Objects.requireNonNullElse(received.requestHeaders().get(HttpHeaderNames.HOST), "");
    }

    /// The host's name, in lower case without the port.
    String hostName() {
        return Entrance.hostName(host());
    }

    /// Whether `Host` stands more than once, is empty, or is not there where RFC 9112 §3.2 asks for it.
    boolean isHostUnclear() {
        List<String> fields = fields(HttpHeaderNames.HOST);
        return fields.size() > 1
                || (fields.isEmpty() ? received.version().equals(HttpVersion.HTTP_1_1) : fields.getFirst().isEmpty());
    }

    String method() {
        return received.method().name();
    }

    Optional<String> firstField(CharSequence name) {
        return Optional.ofNullable(received.requestHeaders().get(name));
    }

    List<String> fields(CharSequence name) {
        return received.requestHeaders().getAll(name);
    }

    /// `Content-Length`, or 0 when the body's length is not told; the codec has refused everything but one plain number.
    long declaredLength() {
        @Nullable
        String length = received.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /// Whether the request's framing announces a body (RFC 9112 §6.3).
    boolean hasBody() {
        return received.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING) || declaredLength() > 0;
    }

    /// What its header section says about fields behind its body: lists of names.
    List<String> announcedTrailers() {
        return hasBody() ? Framing.announced(channel(), received.requestHeaders()) : List.of();
    }

    /// Whether its client takes fields behind the answer's body; nobody else is told them (RFC 9110 §6.5.1). HTTP/1.0 has no place for them, a handshake no
    /// answer of that kind.
    boolean takesTrailers() {
        return received.requestHeaders().contains(HttpHeaderNames.TE) && socket == null
                && !received.version().equals(HttpVersion.HTTP_1_0) && TrailerFields.areTaken(fields(HttpHeaderNames.TE));
    }

    /// Asks at the end of the body whether it was one; an error if not.
    Mono<ByteBuf> endOfBody() {
        return Mono.defer(() -> Framing.brokenOff(channel())
                .<Mono<ByteBuf>>map(why -> Mono.error(Refusals.unreadable(why))).orElse(Mono.empty()));
    }

    /// Whether it came over HTTP/1.1, in which alone a change of protocol may follow.
    boolean isHttp11() {
        return received.version().equals(HttpVersion.HTTP_1_1);
    }

    /// It asks for a WebSocket.
    void asks(Handshake.Asked handshake) {
        socket = handshake;
    }

    /// What it asks for; null for a request like any other.
    Handshake.@Nullable Asked socket() {
        return socket;
    }

    /// Whether it is a call of gRPC, which only HTTP/2 carries, and only by POST: an answer to GET that is refused in the form of gRPC, with status 200, might
    /// be kept by a cache.
    boolean isCall() {
        return channel() instanceof Http2StreamChannel && received.method().equals(HttpMethod.POST)
                && GrpcCall.isCall(Objects.requireNonNullElse(received.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE), ""));
    }

    /// How long the caller of gRPC waits; the argument when it waits longer, or does not say.
    Duration patience(Duration most) {
        Duration said = firstField("grpc-timeout").flatMap(GrpcCall::timeout).orElse(most);
        return said.compareTo(most) < 0 ? said : most;
    }

    /// The connection, or the stream, that it came on.
    Channel channel() {
        return answer.channel();
    }

    int status() {
        return answer.status();
    }

    void answersWith(CharSequence name, String value) {
        answer.fields().set(name, value);
    }

    /// Limits have let it pass, and every answer says so; those on arrivals before those of the route.
    void isLimited(String policy, List<Admission.Standing> standings) {
        grow(RateLimitFields.POLICY, policy);
        grow(RateLimitFields.STANDING, RateLimitFields.standing(standings));
    }

    private void grow(String name, String items) {
        @Nullable
        String before = answer.fields().get(name);
        answersWith(name, before == null ? items : before + ", " + items);
    }

    /// The connection ends with the answer; HTTP/2 has its own way to say so.
    void isLastOfConnection() {
        if (received.version().equals(HttpVersion.HTTP_1_1)) {
            answersWith(HttpHeaderNames.CONNECTION, "close");
        }
    }

    Visit at(PathVerdict.Clean clean) {
        this.path = clean.path();
        this.rawPath = clean.rawPath();
        this.query = clean.query();
        return this;
    }

    void took(RouteSpec route) {
        this.routeId = route.id();
        this.browser = route.browser();
    }

    /// The route's, once one was found.
    BrowserPolicy browser() {
        return browser;
    }

    void cameFrom(Caller known) {
        this.caller = known;
        this.authenticated = sinceArrival();
    }

    /// The limits have let it pass, and this is what the upstream gets of it.
    void becomes(OutgoingRequest request) {
        this.admitted = sinceArrival();
        this.outgoing = request;
    }

    /// How long the gateway itself took until its limits had let it pass, in nanoseconds.
    ///
    /// @param asked whether somebody else had to say who the caller is, and kept it waiting
    /// @param limitsMayWait so long its limits may have waited for somebody else
    long own(boolean asked, long limitsMayWait) {
        long afterwards = Math.max(0, admitted - authenticated - limitsMayWait);
        return asked ? afterwards : authenticated + afterwards;
    }

    void goesTo(Instance instance) {
        this.upstream = instance.address();
        if (attempts++ == 0) {
            this.sent = sinceArrival();
        }
        stay.moveTo(instance);
    }

    /// The header section of the upstream's answer is there.
    void isAnswered() {
        this.answered = sinceArrival();
    }

    /// In nanoseconds.
    long sinceArrival() {
        return nanoTime.getAsLong() - started;
    }

    /// Whether somebody in particular is calling.
    boolean isKnown() {
        return caller instanceof Caller.Authenticated;
    }

    /// It is over, and no longer counts as under way anywhere.
    void leave() {
        stay.end();
        answer.leave();
        Entry.Entered held = entered;
        if (held != null) {
            held.release();
        }
    }

    /// It is one of those that may be under way at once, until it is over.
    void holds(Entry.Entered place) {
        Entry.Entered before = entered;
        entered = before == null ? place : before.and(place);
        if (stay.isOver()) {
            place.release();
        }
    }

    void because(String why) {
        this.reason = why;
    }

    void refused(Rejection rejection) {
        this.code = rejection.code().code();
        switch (rejection.code()) {
            case AUTH_INVALID, AUTH_EXPIRED, AUTH_REVOKED, AUTH_UNAVAILABLE, AUTH_CERTIFICATE_INVALID ->
                this.authenticated = sinceArrival();
            case LIMIT_EXCEEDED -> this.admitted = sinceArrival();
            default -> {
            }
        }
        @Nullable
        Throwable cause = rejection.getCause();
        if (cause != null && reason.isEmpty()) {
            this.reason = cause instanceof Unreadable ? String.valueOf(cause.getMessage()) : cause.toString();
        }
    }

    /// The problem's code; empty when there was none.
    String code() {
        return code;
    }

    Served served(int status, String problem, boolean broken) {
        String user = caller instanceof Caller.Authenticated known ? known.subject() : "";
        OutgoingRequest forwarded = outgoing;
        return new Served(arrived, origin.requestId(), origin.trace(), origin.clientAddress(), method(), path, routeId, user,
                status, problem, reason, upstream, attempts,
                new Timing(authenticated, admitted, sent, answered, sinceArrival()),
                forwarded == null ? 0 : forwarded.length(), Framing.sent(channel()), broken);
    }
}
