package dev.gatehouse.gateway.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.concurrency.Entry;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.observability.Served;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Stay;
import dev.gatehouse.gateway.websocket.Handshake;

/// One request on its way through the gateway: what is known at its arrival, and what the stages note down for the log. Used by one request's
/// signals only, which never overlap.
final class Visit {

    private final Received received;
    private final Answer answer;
    private final InboundRequest origin;
    private final Instant arrived;
    private final Moments moments;

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
    private @Nullable OutgoingRequest outgoing;
    private String code = "";
    private String reason = "";
    private Caller caller = Caller.ANONYMOUS;

    Visit(Received received, Answer answer, InboundRequest origin, Instant arrived, LongSupplier nanoTime) {
        this.received = received;
        this.answer = answer;
        this.origin = origin;
        this.arrived = arrived;
        this.moments = new Moments(nanoTime);
    }

    /// What the client sent.
    Received received() {
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

    /// It asks for a WebSocket.
    void asks(Handshake.Asked handshake) {
        socket = handshake;
    }

    /// What it asks for; null for a request like any other.
    Handshake.@Nullable Asked socket() {
        return socket;
    }

    /// Whether its client gets fields behind the answer's body: a handshake's answer has no place for them.
    boolean takesTrailers() {
        return socket == null && received.takesTrailers();
    }

    /// The connection, or the stream, that it came on.
    Channel channel() {
        return received.channel();
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
        if (received.isHttp11()) {
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
        moments.isAuthenticated();
    }

    /// The limits have let it pass, and this is what the upstream gets of it.
    void becomes(OutgoingRequest request) {
        moments.isAdmitted();
        this.outgoing = request;
    }

    /// See [Moments#own].
    long own(boolean asked, long limitsMayWait) {
        return moments.own(asked, limitsMayWait);
    }

    void goesTo(Instance instance) {
        this.upstream = instance.address();
        if (attempts++ == 0) {
            moments.isSent();
        }
        stay.moveTo(instance);
    }

    /// The header section of the upstream's answer is there.
    void isAnswered() {
        moments.isAnswered();
    }

    /// In nanoseconds.
    long sinceArrival() {
        return moments.sinceArrival();
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
                moments.isAuthenticated();
            case LIMIT_EXCEEDED -> moments.isAdmitted();
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
        return new Served(arrived, origin.requestId(), origin.trace(), origin.clientAddress(), received.method(), path, routeId,
                user,
                status, problem, reason, upstream, attempts,
                moments.timing(),
                forwarded == null ? 0 : forwarded.length(), Framing.sent(channel()), broken);
    }
}
