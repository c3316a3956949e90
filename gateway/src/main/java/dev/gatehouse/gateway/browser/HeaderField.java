package dev.gatehouse.gateway.browser;

/// One field of an answer.
///
/// @param name as sent
/// @param value as sent
public record HeaderField(String name, String value) {}
