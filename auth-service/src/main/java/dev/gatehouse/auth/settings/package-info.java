/// What the operator sets, read from the environment and checked as a whole before anything starts.
///
/// One record instead of one per package, because an operator wants every mistake in one report, by the name of the
/// environment variable, before a framework has started. It depends on nothing; every package may read it.
@NullMarked
package dev.gatehouse.auth.settings;

import org.jspecify.annotations.NullMarked;
