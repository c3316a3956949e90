/// What is counted: in Redis for all instances, and in this process where there is none or while it is away. Read `Counters` first.
@NullMarked
package dev.gatehouse.auth.counting;

import org.jspecify.annotations.NullMarked;
