package dev.gatehouse.gateway.change;

/// A request that stands for many. Immutable.
///
/// @param method its method
/// @param host its host
/// @param path its path, in the form that requests are compared in
/// @param anyHost whether the host is just one of all
record Sample(String method, String host, String path, boolean anyHost) {

    /// `GET api.example.com/orders/7`, or `GET /orders/7` where the host does not matter
    @Override
    public String toString() {
        return method + " " + (anyHost ? "" : host) + path;
    }
}
