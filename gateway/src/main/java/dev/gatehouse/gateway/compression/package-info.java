/// Answers that are compressed on their way: for whom, which ones, and how.
@NullMarked
package dev.gatehouse.gateway.compression;

import org.jspecify.annotations.NullMarked;
