package dev.gatehouse.auth.profile;

import java.util.Optional;
import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Username;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;

/// Gives accounts other names. Of many who want one at the same moment, one gets it. Blocks; thread-safe.
@Component
final class Renaming {

    private final Accounts accounts;
    private final Events events;
    private final TransactionTemplate transactions;

    Renaming(Accounts accounts, Events events, TransactionTemplate transactions) {
        this.accounts = accounts;
        this.events = events;
        this.transactions = transactions;
    }

    /// {@return the account under its new name, or empty where another account has it}
    ///
    /// @param seen versions of the profile that may be changed
    /// @throws dev.gatehouse.auth.problem.Refusal where it is another one by now
    Optional<Account> rename(UUID account, Username username, IfMatch seen) {
        try {
            return Optional.of(transactions.execute(_ -> {
                if (!seen.allows(EntityTag.of(AccountView.of(accounts.lock(account))))) {
                    throw IfMatch.failed();
                }
                events.append(Event.about(EventType.USER_USERNAME_CHANGED, account));
                return accounts.rename(account, username);
            }));
        } catch (DuplicateKeyException taken) {
            return Optional.empty();
        }
    }
}
