package dev.gatehouse.gateway.identity;

/// Takes header fields one by one, in order.
@FunctionalInterface
public interface HeaderSink {

    /// One field; a name may come more than once.
    void add(String name, String value);
}
