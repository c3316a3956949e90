package dev.gatehouse.auth.audit;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Reads the audit log. Blocks on the database; thread-safe.
@Component
public final class AuditLog {

    private static final int BATCH = 500;

    private final AuditStore store;

    @Autowired
    AuditLog(AuditStore store) {
        this.store = store;
    }

    /// For a command, which has no application around it.
    AuditLog(JdbcClient jdbc) {
        this(new AuditStore(jdbc));
    }

    /// {@return one page, the newest entry first}
    ///
    /// @param query what to look for
    public Page find(AuditQuery query) {
        List<AuditEntry> entries = store.find(query);
        return new Page(entries,
                entries.size() < query.limit() ? Optional.empty() : Optional.of(entries.getLast().position()));
    }

    /// Hands out every entry as a line of JSON, the oldest first, with the hash that was written with it.
    ///
    /// @param line takes one line without its end
    public void export(Consumer<String> line) {
        Chain chain = Chain.START;
        List<AuditStore.Stored> batch = store.after(0, BATCH);
        while (!batch.isEmpty()) {
            for (AuditStore.Stored stored : batch) {
                line.accept(chain.export(stored.entry(), stored.hash()));
                chain = new Chain(stored.entry().position(), stored.hash());
            }
            batch = store.after(chain.position(), BATCH);
        }
    }

    /// {@return whether every entry is as it was written and none is missing in between}
    ///
    /// @param known an entry that somebody noted earlier: it must still be there, which shows that nothing before it was made anew
    public Verdict verify(Optional<Known> known) {
        Chain chain = Chain.START;
        boolean seen = known.isEmpty();
        List<AuditStore.Stored> batch = store.after(0, BATCH);
        while (!batch.isEmpty()) {
            for (AuditStore.Stored stored : batch) {
                if (stored.entry().position() != chain.position() + 1 || !Chain.isOurs(stored.entry())
                        || !chain.with(stored.entry()).hash().equals(stored.hash())) {
                    return new Verdict.Broken(chain.position() + 1);
                }
                chain = new Chain(stored.entry().position(), stored.hash());
                seen |= known.filter(new Known(chain.position(), chain.hash())::equals).isPresent();
            }
            batch = store.after(chain.position(), BATCH);
        }
        return seen ? new Verdict.Whole(chain.position(), chain.hash()) : new Verdict.Rewritten();
    }

    /// A page.
    ///
    /// @param entries the newest first
    /// @param next where the next page begins, if there may be one
    public record Page(List<AuditEntry> entries, Optional<Long> next) {

        /// Copies the list.
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /// An entry that somebody noted.
    ///
    /// @param position of the entry
    /// @param hash of the entry in hexadecimal
    public record Known(long position, String hash) {}

    /// What a verification found.
    public sealed interface Verdict {

        /// All is as it was written.
        ///
        /// @param position of the last entry; 0 for none
        /// @param hash of the last entry: to be noted elsewhere, for the next time
        record Whole(long position, String hash) implements Verdict {}

        /// An entry was changed, removed or put in between.
        ///
        /// @param position of the first that does not fit
        record Broken(long position) implements Verdict {}

        /// The entries fit together, but the one that was noted is not among them.
        record Rewritten() implements Verdict {}
    }
}
