/// `routes.yml`: reading it, saying everything that is wrong with it, finding the route of a request, and exchanging the whole table
/// while requests are in flight.
///
/// - What a good file says: [Routes][dev.gatehouse.gateway.routes.Routes] with `RouteSpec`, `RouteMatch`, `PathPattern`, `Upstream`, `RouteTest`.
/// - Reading it: [RouteFile][dev.gatehouse.gateway.routes.RouteFile] is where to begin; `IssuerReader`, `RouteDefaults`, `RouteReader` and `RouteTestReader` read
///   one part each, `Texts` and `Quantities` single values; `RouteConflicts` looks at all routes together, `RouteTestRunner` runs the tests in the file.
/// - Using it: [RouteTable][dev.gatehouse.gateway.routes.RouteTable] matches, on `PathTree` and `SegmentMap`;
///   [RouteWatcher][dev.gatehouse.gateway.routes.RouteWatcher] loads, watches and swaps.
///
/// Nothing here knows the host or sends a request.
@NullMarked
package dev.gatehouse.gateway.routes;

import org.jspecify.annotations.NullMarked;
