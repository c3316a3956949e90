/// What a good `routes.yml` says, and the route of a request: [Routes][dev.gatehouse.gateway.routes.Routes] with `RouteSpec`, `RouteMatch`, `PathPattern` and
/// `RouteTest`; [RouteTable][dev.gatehouse.gateway.routes.RouteTable] matches, on `PathTree` and `SegmentMap`; `Entrance` says what becomes of a request.
///
/// Nothing here knows the file, the host or sends a request.
@NullMarked
package dev.gatehouse.gateway.routes;

import org.jspecify.annotations.NullMarked;
