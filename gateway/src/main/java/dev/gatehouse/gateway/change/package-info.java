/// What a new `routes.yml` changes in meaning, not in text: first of all whether somebody may do what nobody or fewer could before.
///
/// [RoutesDiff][dev.gatehouse.gateway.change.RoutesDiff] compares; `AccessOrder` and `Callers` decide whether one access rule lets in callers that another
/// does not; `Reach` finds a request that one route takes now and another took before; `RouteChanges` and `IssuerChanges` go key by key, `RouteChanges` for
/// such a request, too. All of it is pure and bounded; where the bound is reached the answer is that access may widen.
@NullMarked
package dev.gatehouse.gateway.change;

import org.jspecify.annotations.NullMarked;
