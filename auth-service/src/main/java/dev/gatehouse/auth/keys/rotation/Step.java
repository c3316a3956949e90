package dev.gatehouse.auth.keys.rotation;

import java.util.List;

/// What has to be done with the keys now; one thing at a time.
sealed interface Step {

    /// Nothing.
    record Nothing() implements Step {}

    /// There is no key that signs: the very first start.
    record Begin() implements Step {}

    /// There is no key that comes next.
    record Publish() implements Step {}

    /// The next key takes over.
    ///
    /// @param retiring the key that signs until now
    /// @param promoted the key that signs from now on
    record Rotate(String retiring, String promoted, Reason reason) implements Step {}

    /// Retired keys whose tokens have long expired.
    record Remove(List<String> kids) implements Step {}

    /// Keys whose time lies ahead: a clock was wrong. From now on they count from now.
    record Mend(List<String> kids) implements Step {}
}
