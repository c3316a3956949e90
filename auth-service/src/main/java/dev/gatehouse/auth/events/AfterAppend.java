package dev.gatehouse.auth.events;

/// Somebody who reads the outbox and wants to know when there is more in it.
public interface AfterAppend {

    /// There is more. Called after a commit, on the thread of whoever committed: quick, and throws nothing.
    void appended();
}
