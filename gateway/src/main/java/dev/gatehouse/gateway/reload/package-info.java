/// Exchanges all routes while requests are in flight: [RouteWatcher][dev.gatehouse.gateway.reload.RouteWatcher] sees that the file has changed, `RoutesInPlace`
/// decides whether what it says now takes the place of what it said before.
@NullMarked
package dev.gatehouse.gateway.reload;

import org.jspecify.annotations.NullMarked;
