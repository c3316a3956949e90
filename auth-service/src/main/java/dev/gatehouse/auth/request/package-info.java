/// What every request brings: its id, the address it came from, its JSON body, and the line it leaves in the access log.
@NullMarked
package dev.gatehouse.auth.request;

import org.jspecify.annotations.NullMarked;
