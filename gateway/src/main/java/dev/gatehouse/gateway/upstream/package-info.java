/// Where requests go: upstreams, their instances, and which of them gets the next request. Plain decisions on numbers that requests leave behind; no I/O.
@NullMarked
package dev.gatehouse.gateway.upstream;

import org.jspecify.annotations.NullMarked;
