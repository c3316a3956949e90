/// Reads `routes.yml` and says everything that is wrong with it. [RouteFile][dev.gatehouse.gateway.routefile.RouteFile] is where to begin; `IssuerReader`,
/// `RouteDefaults`, `RouteReader` and `RouteTestReader` read one part each, `Texts` and `Quantities` single values; `RouteConflicts` looks at all routes
/// together, `RouteTestRunner` runs the tests in the file, `RouteMemory` spares what was read before.
@NullMarked
package dev.gatehouse.gateway.routefile;

import org.jspecify.annotations.NullMarked;
