/// RabbitMQ, as far as events need it: an exchange, a queue for consumers, dead letters, and messages of which it is known whether the
/// broker has them. The only package that knows RabbitMQ's client.
@NullMarked
package dev.gatehouse.auth.broker;

import org.jspecify.annotations.NullMarked;
