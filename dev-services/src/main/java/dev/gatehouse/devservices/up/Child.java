package dev.gatehouse.devservices.up;

import java.net.URI;
import java.time.Duration;

import dev.gatehouse.devservices.process.Command;

/// A program that the supervisor runs.
///
/// @param name as people know it, also the name of its log
/// @param command how to start it
/// @param ready answers 200 when it can serve
/// @param startPatience how long it may take to answer so
/// @param stopPatience how long it may take to end before it is killed
record Child(String name, Command command, URI ready, Duration startPatience, Duration stopPatience) {}
