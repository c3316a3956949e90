/// What operators ask a running gateway, on the management port only. `OperatorConfiguration` puts the endpoints into the management port's own context;
/// the public port has another one, which does not know them.
@NullMarked
package dev.gatehouse.gateway.operator;

import org.jspecify.annotations.NullMarked;
