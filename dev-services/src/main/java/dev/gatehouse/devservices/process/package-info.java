/// Child processes that never outlive this JVM: started under a small shell that notices the JVM's end, however it ends, and
/// stops them.
@NullMarked
package dev.gatehouse.devservices.process;

import org.jspecify.annotations.NullMarked;
