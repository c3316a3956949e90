package dev.gatehouse.auth.database;

/// Removes rows that nobody needs any more, a bounded number at a time.
public interface Cleanup {

    /// {@return how many rows went, at most `most`}
    ///
    /// @param most rows in one statement, so that nobody waits long for their locks
    int deleteSome(int most);
}
