/// `routes.yml`: reading it, saying everything that is wrong with it, finding the route of a request, and exchanging the whole table
/// while requests are in flight.
@NullMarked
package dev.gatehouse.gateway.routes;

import org.jspecify.annotations.NullMarked;
