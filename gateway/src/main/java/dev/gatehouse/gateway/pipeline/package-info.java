/// The life of a request. Read `RequestPipeline` first: it says in one method what happens, in which order, and how it can end.
/// `GatewayRoutes` finds the route and hands the request to the host. Only this package and `problem` know the host's types.
@NullMarked
package dev.gatehouse.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
