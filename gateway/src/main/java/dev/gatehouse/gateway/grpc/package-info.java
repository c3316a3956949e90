/// What the gateway understands of gRPC over HTTP/2: which requests are calls, and until when they want an answer.
@NullMarked
package dev.gatehouse.gateway.grpc;

import org.jspecify.annotations.NullMarked;
