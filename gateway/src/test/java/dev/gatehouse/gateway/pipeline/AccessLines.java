package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import static org.awaitility.Awaitility.await;

/// Listens to the access log of a gateway in this process. Open it once the gateway has started: its start resets what listens to logs.
public final class AccessLines implements AutoCloseable {

    private final Logger log = (Logger) LoggerFactory.getLogger("access");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };

    private AccessLines() {
        appender.start();
        log.addAppender(appender);
    }

    public static AccessLines listen() {
        return new AccessLines();
    }

    /// The lines so far, once there are so many; a line is written after its answer.
    public List<String> atLeast(int count) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> lines.size() >= count);
        return List.copyOf(lines);
    }

    /// Those that hold this text, once there are so many.
    public List<String> atLeast(String text, int count) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> holding(text).size() >= count);
        return holding(text);
    }

    private List<String> holding(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    public void forget() {
        lines.clear();
    }

    @Override
    public void close() {
        log.detachAppender(appender);
    }
}
