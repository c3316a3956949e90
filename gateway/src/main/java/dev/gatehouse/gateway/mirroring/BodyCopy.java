package dev.gatehouse.gateway.mirroring;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/// The copy of one request's body, made while the body passes: the caller waits for nothing but the copying of octets, and memory ends at
/// [#LONGEST] for each copy that is under way. Used by one request's signals only, which never overlap.
public final class BodyCopy {

    /// The longest body that is copied, in octets.
    public static final int LONGEST = 64 * 1024;

    private final Mirrors mirrors;
    private final AtomicInteger underWay;
    private final Consumer<byte[]> send;
    private @Nullable ByteArrayOutputStream collected;
    private boolean over;

    BodyCopy(Mirrors mirrors, AtomicInteger underWay, Consumer<byte[]> send) {
        this.mirrors = mirrors;
        this.underWay = underWay;
        this.send = send;
    }

    /// Whether octets are still wanted: not once the body was too long, or found no place.
    public boolean goesOn() {
        return !over;
    }

    /// The next octets of the body.
    public void add(byte[] part) {
        if (!begin()) {
            return;
        }
        ByteArrayOutputStream before = collected;
        if (before == null || before.size() + part.length > LONGEST) {
            mirrors.isTooLong();
            abandon();
        } else {
            before.writeBytes(part);
        }
    }

    /// The body has ended well, and its copy is sent.
    public void end() {
        ByteArrayOutputStream whole = collected;
        if (begin() && whole == null) {
            whole = collected;
        }
        if (!over && whole != null) {
            over = true;
            collected = null;
            send.accept(whole.toByteArray());
        }
    }

    /// The body has ended in another way; nothing is sent. Of no effect after [#end()].
    public void abandon() {
        if (!over) {
            over = true;
            if (collected != null) {
                collected = null;
                underWay.decrementAndGet();
            }
        }
    }

    /// Takes a place with the first octets.
    private boolean begin() {
        if (!over && collected == null) {
            over = !mirrors.enter(underWay);
            collected = over ? null : new ByteArrayOutputStream();
        }
        return !over;
    }
}
