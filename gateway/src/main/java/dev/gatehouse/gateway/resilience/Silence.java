package dev.gatehouse.gateway.resilience;

/// Since when an instance has answered nobody, as far as calls tell that were given up ahead of an answer: what one who waits briefly cannot know, many who do
/// so in turn can. Thread-safe; of two threads at once one may be forgotten.
final class Silence {

    // Milliseconds of a steady clock; `begun` is 0 while there is none.
    private volatile long begun;
    private volatile long heardOf;

    /// Somebody was answered. Asked at each answer, so it writes only where there is something to be forgotten.
    void ends() {
        if (begun != 0) {
            begun = 0;
        }
    }

    /// Somebody has given up who was not answered.
    ///
    /// @param most how long an answer may take; when for so long nobody gave up, it begins anew
    /// @return whether it has lasted that long
    boolean goesOn(long now, long most) {
        if (begun == 0 || now - heardOf > most) {
            begun = now;
        }
        heardOf = now;
        return now - begun >= most;
    }
}
