package dev.gatehouse.auth.background;

import org.springframework.context.SmartLifecycle;

/// Lives as its worker does: begins after the database and before the web server, and ends after that, so that the worker's last step has all
/// that requests have left to do.
public interface Working extends SmartLifecycle {

    /// {@return who works; always the same}
    Worker worker();

    @Override
    default void start() {
        worker().start();
    }

    @Override
    default void stop() {
        worker().stop();
    }

    @Override
    default boolean isRunning() {
        return worker().isRunning();
    }

    @Override
    default int getPhase() {
        return 1;
    }
}
