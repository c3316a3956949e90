package dev.gatehouse.gateway.routes.yaml;

/// Where a value stands.
///
/// @param line counted from 1
/// @param column counted from 1
/// @param path the keys that lead to it: `routes[0].match.path`; empty for the whole file
public record Position(int line, int column, String path) {}
