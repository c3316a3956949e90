/// Real PostgreSQL, Redis, AMQP broker and mail sink from build artifacts, for `./gatehouse up` and for tests: no container, no
/// installation, no root needed (and root is fine). Everything listens on loopback only. Never a dependency of a production jar.
@NullMarked
package dev.gatehouse.devservices;

import org.jspecify.annotations.NullMarked;
