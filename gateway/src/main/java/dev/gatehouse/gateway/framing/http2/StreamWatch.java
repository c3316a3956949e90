package dev.gatehouse.gateway.framing.http2;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// What is known of one stream: how fast its body comes while the gateway waits for it, and how fast its answer is taken. Only the connection's thread
/// touches it.
final class StreamWatch {

    private final Http2Stream stream;
    private @Nullable Http2FrameStream frames;
    private boolean answering;
    private boolean answered;
    private boolean patient;
    private boolean whole;
    private List<String> announced = List.of();
    private @Nullable HttpHeaders trailers;

    private long came;
    private long returned;
    private long waited;
    private long since;
    private long cameBefore;

    private long written;
    private long taken;
    private long due;
    private long dueSince = -1;

    StreamWatch(Http2Stream stream, long now) {
        this.stream = stream;
        this.since = now;
    }

    /// Notes its header section; answers whether it was the first, or else a trailer section.
    boolean begins(@Nullable Http2FrameStream of) {
        boolean first = frames == null;
        frames = of;
        return first;
    }

    /// Fields of these names are to come behind its body.
    void announces(List<CharSequence> names) {
        announced = names.stream().map(CharSequence::toString).toList();
    }

    List<String> announced() {
        return announced;
    }

    /// Keeps what stands behind its body, if that was announced and can be such a section.
    void ends(Http2Headers section) {
        trailers = announced.isEmpty() ? null : RequestFields.trailers(section);
    }

    @Nullable
    HttpHeaders trailers() {
        return trailers;
    }

    /// By which the codec's frames name it; null before its header section.
    @Nullable
    Http2FrameStream frames() {
        return frames;
    }

    int id() {
        return stream.id();
    }

    /// Whether its request has not ended.
    boolean isInBody() {
        return stream.state() == Http2Stream.State.OPEN || stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
    }

    void answers(boolean ends) {
        answering = !ends;
        answered = true;
    }

    /// Its header section ends its answer, whatever the host has behind it.
    void isWhole() {
        whole = true;
    }

    boolean endedEarly() {
        return whole;
    }

    void answerEnds() {
        answering = false;
    }

    /// Whether an answer has begun and not ended.
    boolean isAnswering() {
        return answering;
    }

    boolean isAnswered() {
        return answered;
    }

    /// Both sides may be silent for long, as in a conversation.
    void bePatient() {
        patient = true;
    }

    /// Octets of its body have come.
    void came(int octets, long now) {
        count(now);
        came += octets;
    }

    /// The host has taken so many octets of its body.
    void returned(int octets, long now) {
        count(now);
        returned += octets;
    }

    private void count(long now) {
        if (came == returned) {
            waited += now - since;
        }
        since = now;
    }

    /// Whether less than the least has come of its body in a window in which the gateway waited for it; begins the next window where one is over.
    ///
    /// @param part of a frame that has not come whole
    boolean isSlow(long now, long window, long least, int part) {
        count(now);
        if (patient || !isInBody() || waited < window) {
            return false;
        }
        boolean slow = came + part - cameBefore < least;
        cameBefore = came + part;
        waited = 0;
        return slow;
    }

    /// So many octets of its answer wait for the client.
    void waits(int octets) {
        written += octets;
    }

    /// Octets of its answer's body.
    long written() {
        return written;
    }

    void took(int octets) {
        taken += octets;
    }

    /// Whether the client took less than the least of what waited for it at the beginning of a window; begins the next window where one is over.
    ///
    /// @param piece in which answers are handed over: a started one may not count yet
    boolean isNotTaken(long now, long window, long least, int piece) {
        if (taken == written) {
            dueSince = -1;
            return false;
        }
        if (dueSince >= 0 && now - dueSince < window) {
            return false;
        }
        boolean late = dueSince >= 0 && taken < due;
        dueSince = now;
        due = taken + Math.max(1, Math.min(written - taken, least) - piece);
        return late;
    }
}
