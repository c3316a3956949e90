/// Asks instances whether they are well, in the background. What they answer counts beside how requests end.
@NullMarked
package dev.gatehouse.gateway.probing;

import org.jspecify.annotations.NullMarked;
