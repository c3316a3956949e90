package dev.gatehouse.auth;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import static org.awaitility.Awaitility.await;

/// The lines of the access log while it is open, as `name=value` and spaces.
final class AccessLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();

    AccessLog() {
        setContext(logger().getLoggerContext());
        start();
        logger().addAppender(this);
    }

    /// {@return the line, which may come after the answer}
    String line(Predicate<String> which) {
        await().atMost(java.time.Duration.ofSeconds(60)).until(() -> lines.stream().anyMatch(which));
        return lines.stream().filter(which).findFirst().orElseThrow();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value).collect(Collectors.joining(" ")));
    }

    @Override
    public void close() {
        logger().detachAppender(this);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("access");
    }
}
