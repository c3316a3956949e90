/// Who is calling: turns credentials into a [Caller][dev.gatehouse.gateway.authentication.Caller], offline, from the keys of the issuers named in
/// `routes.yml`. Knows nothing of the host; does no I/O while a request waits, except for one bounded wait when an unknown key id makes
/// the key set be fetched again.
@NullMarked
package dev.gatehouse.gateway.authentication;

import org.jspecify.annotations.NullMarked;
