/// Who may have how many of the clients' connections.
@NullMarked
package dev.gatehouse.gateway.connection;

import org.jspecify.annotations.NullMarked;
