package dev.gatehouse.auth.sealing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Seals anew, under the current key-encryption key, what is sealed under another one. In batches, while services run: a value that changes
/// meanwhile is left alone, for whoever changed it sealed it. May be interrupted and run again. Blocks on the database; thread-safe.
public final class Resealing {

    private static final int BATCH = 500;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Sealer sealer;
    private final SealingKeys keys;

    /// Needs no running service.
    ///
    /// @param database migrated
    /// @param sealer with all key-encryption keys
    public Resealing(DataSource database, Sealer sealer) {
        this.jdbc = new JdbcTemplate(database);
        this.transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
        this.sealer = sealer;
        this.keys = new SealingKeys(JdbcClient.create(database), sealer);
    }

    /// Goes through all columns and, where everything could be opened, forgets the other keys.
    ///
    /// @return what came of it
    public Report run() {
        keys.note();
        List<Report.Column> done = SealedColumn.ALL.stream().map(this::reseal).toList();
        boolean whole = done.stream().allMatch(column -> column.unopened() == 0);
        return new Report(done, whole ? keys.forgetOthers() : List.of());
    }

    private Report.Column reseal(SealedColumn column) {
        int sealed = 0;
        int unopened = 0;
        List<Row> batch = batch(column, Optional.empty());
        while (!batch.isEmpty()) {
            List<Object[]> replacements = new ArrayList<>();
            for (Row row : batch) {
                String purpose = column.purpose() + row.key();
                sealer.open(row.sealed(), purpose)
                        .ifPresent(plain -> replacements.add(new Object[]{sealer.seal(plain, purpose), row.key(), row.sealed()}));
            }
            sealed += replace(column, replacements);
            unopened += batch.size() - replacements.size();
            batch = batch(column, Optional.of(batch.getLast().key()));
        }
        return new Report.Column(column.table() + "." + column.column(), sealed, unopened);
    }

    private List<Row> batch(SealedColumn column, Optional<Object> after) {
        List<Object> parameters = new ArrayList<>(List.of(sealer.header()));
        after.ifPresent(parameters::add);
        return jdbc.query("SELECT " + column.key() + ", " + column.column() + " FROM " + column.table() + " WHERE octet_length("
                + column.column() + ") > 0 AND substring(" + column.column() + " FROM 1 FOR " + Sealer.HEADER_LENGTH + ") <> ?"
                + (after.isPresent() ? " AND " + column.key() + " > ?" : "") + " ORDER BY " + column.key() + " LIMIT " + BATCH,
                (row, _) -> new Row(row.getObject(1), row.getBytes(2)), parameters.toArray());
    }

    /// {@return how many have not changed meanwhile}
    private int replace(SealedColumn column, List<Object[]> replacements) {
        String update = "UPDATE " + column.table() + " SET " + column.column() + " = ? WHERE " + column.key() + " = ? AND "
                + column.column() + " = ?";
        return transactions.execute(_ -> IntStream.of(jdbc.batchUpdate(update, replacements)).sum());
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared; opened at once
    private record Row(Object key, byte[] sealed) {}

    /// What a run came to.
    ///
    /// @param columns each sealed column
    /// @param stillInUse names of other key-encryption keys under which an instance still seals
    public record Report(List<Column> columns, List<String> stillInUse) {

        /// Copies the lists.
        public Report {
            columns = List.copyOf(columns);
            stillInUse = List.copyOf(stillInUse);
        }

        /// {@return whether nothing needs another key any more}
        public boolean complete() {
            return stillInUse.isEmpty() && columns.stream().allMatch(column -> column.unopened() == 0);
        }

        /// What became of one column.
        ///
        /// @param name table and column
        /// @param sealed values that were sealed anew
        /// @param unopened values that no key opens
        public record Column(String name, int sealed, int unopened) {}
    }
}
