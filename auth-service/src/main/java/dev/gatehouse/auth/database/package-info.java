/// PostgreSQL: the pool, whose every wait is finite, and the start, which brings the schema up to date.
///
/// The service starts without a database too: it then says so, answers 503 and tries again every second.
@NullMarked
package dev.gatehouse.auth.database;

import org.jspecify.annotations.NullMarked;
