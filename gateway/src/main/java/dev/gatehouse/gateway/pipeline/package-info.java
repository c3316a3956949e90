/// The life of a request. Read `RequestPipeline` first: it says in one method what happens, in which order, and how it can end.
/// `GatewayRoutes` finds the route, `Answer` is what the client gets. Only this package knows the host that asks.
@NullMarked
package dev.gatehouse.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
