package io.atalaya.catalog.request;

import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.compile.StatementNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * The smallest request that a refused statement stands in want of, made of what its writer wrote and knows, so that it tells nothing
 * of what is hidden from them.
 */
public final class Proposals {
    private static final Set<String> REFUSED = Set.of("TABLE_NOT_FOUND", "COLUMN_NOT_FOUND", "PERMISSION_DENIED");

    private final TableAccess tables;
    private final Supplier<PolicySnapshot> policies;

    public Proposals(TableAccess tables, Supplier<PolicySnapshot> policies) {
        this.tables = tables;
        this.policies = policies;
    }

    /** What to ask for. */
    public record Proposal(Permission permission, List<Item> items) {
        public Proposal {
            items = List.copyOf(items);
        }
    }

    /** Of one dataset; without columns, those that an approver finds needed, and of a permission to change it all. */
    public record Item(String dataset, List<String> columns) {
        public Item {
            columns = List.copyOf(columns);
        }
    }

    /** What a refused execution would have needed; empty if it was not refused for want of access. */
    public Optional<Proposal> of(Principal principal, QueryExecution execution) {
        return execution
                .error()
                .filter(error -> REFUSED.contains(error.code()))
                .flatMap(_ ->
                        StatementNames.of(execution.sql(), execution.database().map(Namespace::of)))
                .flatMap(names -> of(principal, names));
    }

    private Optional<Proposal> of(Principal principal, StatementNames names) {
        PolicySnapshot now = policies.get();
        return names.write().flatMap(write -> missing(principal, write, now)).or(() -> reading(principal, names, now));
    }

    /** What is missing to change a table; then the statement was refused before anything that it reads was looked at. */
    private Optional<Proposal> missing(Principal principal, StatementNames.Write write, PolicySnapshot now) {
        return write.needed().stream()
                .filter(permission -> tables.table(write.table())
                        .filter(table -> now.mayDescribe(principal, table)
                                && now.decide(principal, permission, table) instanceof Decision.Allowed)
                        .isEmpty())
                .findFirst()
                .map(permission ->
                        new Proposal(permission, List.of(new Item(write.table().toString(), List.of()))));
    }

    private Optional<Proposal> reading(Principal principal, StatementNames names, PolicySnapshot now) {
        Map<TableIdentifier, Optional<Knowledge>> known = new LinkedHashMap<>();
        names.tables()
                .keySet()
                .forEach(name ->
                        known.put(name, tables.table(name).flatMap(table -> Knowledge.of(table, principal, now))));
        Set<String> nowhere = nowhere(names, known);
        List<TableIdentifier> hosts = known.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        // A column that nothing known has is of the one table that is not known, or of the only table there is.
        Optional<TableIdentifier> host = hosts.size() == 1
                ? Optional.of(hosts.getFirst())
                : hosts.isEmpty() && known.size() == 1
                        ? Optional.of(known.keySet().iterator().next())
                        : Optional.empty();
        List<Item> items = new ArrayList<>();
        known.forEach((name, knowledge) -> {
            Set<String> columns = new LinkedHashSet<>();
            Set<String> qualified = names.tables().getOrDefault(name, Set.of());
            knowledge.ifPresentOrElse(
                    one -> columns.addAll(wanting(one, qualified, names.columns())), () -> columns.addAll(qualified));
            if (host.filter(name::equals).isPresent()) {
                columns.addAll(nowhere);
            }
            columns.remove(StatementNames.ALL);
            if (!columns.isEmpty() || knowledge.isEmpty()) {
                items.add(new Item(name.toString(), List.copyOf(columns)));
            }
        });
        return items.isEmpty() ? Optional.empty() : Optional.of(new Proposal(Permission.SELECT, items));
    }

    private static Set<String> nowhere(StatementNames names, Map<TableIdentifier, Optional<Knowledge>> known) {
        Set<String> left = new LinkedHashSet<>(names.columns());
        known.values()
                .forEach(knowledge -> knowledge.ifPresent(
                        one -> one.columns().forEach(column -> left.removeIf(column.name()::equalsIgnoreCase))));
        left.remove(StatementNames.ALL);
        return left;
    }

    /** The columns that are written and known and may not be read, and those written as its own that are not known. */
    private static Set<String> wanting(Knowledge known, Set<String> qualified, Set<String> unqualified) {
        Set<String> wanting = new LinkedHashSet<>();
        boolean all = qualified.contains(StatementNames.ALL) || unqualified.contains(StatementNames.ALL);
        Set<String> left = new LinkedHashSet<>(qualified);
        for (Types.NestedField column : known.columns()) {
            boolean named = left.removeIf(column.name()::equalsIgnoreCase)
                    || unqualified.stream().anyMatch(column.name()::equalsIgnoreCase)
                    // Where something may be read, * is only that.
                    || (all && !known.mayRead());
            if (named && known.access(column) instanceof ColumnAccess.Hidden) {
                wanting.add(column.name());
            }
        }
        wanting.addAll(left);
        return wanting;
    }
}
