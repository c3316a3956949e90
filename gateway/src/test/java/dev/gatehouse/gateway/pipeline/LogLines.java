package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/// Listens to one logger of this process. Open it once the gateway has started: its start resets what listens to logs.
public final class LogLines implements AutoCloseable {

    private final Logger log;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage()
                    + (event.getKeyValuePairs() == null ? "" : " " + event.getKeyValuePairs()));
        }
    };

    private LogLines(Class<?> logger) {
        log = (Logger) LoggerFactory.getLogger(logger);
        appender.start();
        log.addAppender(appender);
    }

    public static LogLines of(Class<?> logger) {
        return new LogLines(logger);
    }

    /// What was told so far and fits, each with its level in front and its fields behind.
    public List<String> matching(Predicate<String> wanted) {
        return lines.stream().filter(wanted).toList();
    }

    @Override
    public void close() {
        log.detachAppender(appender);
    }
}
