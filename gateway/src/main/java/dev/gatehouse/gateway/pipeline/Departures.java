package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;

import io.netty.channel.Channel;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.TraceContext;
import dev.gatehouse.gateway.observability.AccessLog;
import dev.gatehouse.gateway.observability.RequestMetrics;
import dev.gatehouse.gateway.observability.Served;
import dev.gatehouse.gateway.observability.Timing;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Refused;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.tracing.Traces;

/// What happens when a request has ended, however it ended. Thread-safe.
final class Departures {

    private final AccessLog log;
    private final RequestMetrics metrics;
    private final Clock clock;
    private final Traces traces;

    Departures(AccessLog log, RequestMetrics metrics, Traces traces, Clock clock) {
        this.log = log;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
    }

    /// Forgets what was counted of routes other than these.
    void keep(Set<String> routes) {
        metrics.keep(routes);
    }

    /// @param failed whether handling it ended otherwise than well
    void left(Visit visit, boolean failed) {
        visit.leave();
        // When the client goes in the middle of an answer the host takes that for a good end, and the end of a connection behind a whole answer for a bad one.
        Channel channel = visit.channel();
        left(served(visit, failed ? !Framing.isWhole(channel) : Framing.isCut(channel)));
    }

    private Served served(Visit visit, boolean broken) {
        String code = visit.code();
        if (broken && !visit.answer().isBegun()) {
            // Nothing went out, so what the response would have said is nobody's answer.
            return visit.served(Code.REQUEST_ABORTED.status(), Code.REQUEST_ABORTED.code(), false);
        }
        Optional<Unreadable> unread = code.isEmpty() ? Framing.brokenOff(visit.channel()) : Optional.empty();
        if (unread.isPresent()) {
            // The answer was under way when the rest of the request could not be read.
            visit.because(String.valueOf(unread.get().getMessage()));
            return visit.served(visit.status(), unread.get().code().code(), true);
        }
        boolean aborted = visit.status() == Code.REQUEST_ABORTED.status() && code.equals(Code.REQUEST_ABORTED.code());
        return visit.served(visit.status(), code, broken && !aborted);
    }

    /// A request that was refused before it was one: nothing is known of it but whose connection it came on.
    void turnedAway(Channel channel, Refused refused) {
        left(new Served(clock.instant(), refused.requestId(), TraceContext.NONE, Arrivals.clientOf(channel), "", "", "",
                "", refused.code().status(), refused.code().code(), refused.reason(), "", 0, Timing.NONE, 0, 0, false));
    }

    private void left(Served served) {
        log.write(served);
        metrics.record(served);
        traces.tell(served);
    }
}
