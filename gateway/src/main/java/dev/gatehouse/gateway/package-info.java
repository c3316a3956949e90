/// The edge gateway. Read `pipeline` first: it tells the life of one request.
@NullMarked
package dev.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
