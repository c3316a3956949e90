/// Says what would become of a request, step by step, by asking the very classes that decide about traffic. Counts nothing, calls no upstream.
///
/// A new decision shows here by one more [Step][dev.gatehouse.gateway.explain.Step]: a name, a result, a sentence, and details that the two
/// reports print whatever they are.
@NullMarked
package dev.gatehouse.gateway.explain;

import org.jspecify.annotations.NullMarked;
