package dev.gatehouse.auth.role;

import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.settings.Settings;

/// Makes the owner of `GATEHOUSE_ADMIN_EMAIL` the first administrator, once. Blocks; thread-safe, also across instances.
@Component
public final class FirstAdmin {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdmin.class);

    private final Administrators administrators;
    private final Events events;
    private final Settings settings;

    FirstAdmin(Administrators administrators, Events events, Settings settings) {
        this.administrators = administrators;
        this.events = events;
        this.settings = settings;
    }

    /// Takes a proof, as part of the calling transaction.
    ///
    /// Only from somebody who reads the address **and** has the account: who typed the code of the mail while signed in, or chose the
    /// password by the mail. A link that was merely opened and confirmed does not do: somebody else may have registered with the
    /// address and wait for its owner to confirm it.
    ///
    /// @param account of whoever proved it
    /// @param emailKey the address that was proven, in lower case
    public void ownerProved(UUID account, String emailKey) {
        if (settings.administration().firstAdmin().filter(emailKey::equals).isEmpty()) {
            return;
        }
        if (administrators.exist()) {
            return; // without waiting: the caller has the account, for which whoever administers at this moment may wait
        }
        administrators.oneAtATime();
        if (administrators.makeFirst(account)) {
            events.append(Event.about(EventType.ADMIN_ROLE_GRANTED, account).with("role", "admin").with("reason", "first_admin"));
            LOG.info("GATEHOUSE_ADMIN_EMAIL: its owner is the first administrator");
        }
    }
}
