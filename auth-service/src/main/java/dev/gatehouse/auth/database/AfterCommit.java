package dev.gatehouse.auth.database;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// What must wait until others can see a change: waking whoever reads it.
public final class AfterCommit {

    private AfterCommit() {}

    /// Runs it after the commit of the calling thread's transaction, never after a rollback; at once where there is none.
    ///
    /// @param task quick, and throws nothing
    public static void run(Runnable task) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            task.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                task.run();
            }
        });
    }
}
