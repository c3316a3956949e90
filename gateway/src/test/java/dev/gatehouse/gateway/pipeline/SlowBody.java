package dev.gatehouse.gateway.pipeline;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;

/// A request body that comes byte by byte with a pause between.
record SlowBody(int bytes, Duration pause) {

    BodyPublisher publisher() {
        return BodyPublishers.fromPublisher(this::send);
    }

    private void send(Flow.Subscriber<? super ByteBuffer> subscriber) {
        SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>(Runnable::run, bytes);
        body.subscribe(subscriber);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().factory());
        for (int i = 0; i < bytes; i++) {
            var _ = timer.schedule(() -> body.submit(ByteBuffer.wrap(new byte[]{'x'})), i * pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        var _ = timer.schedule(body::close, bytes * pause.toMillis(), TimeUnit.MILLISECONDS);
        timer.shutdown();
    }
}
