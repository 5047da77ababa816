package io.atalaya.query.compile;

import io.atalaya.policies.Permission;
import io.atalaya.query.QueryException;
import io.trino.sql.tree.AliasedRelation;
import io.trino.sql.tree.AllColumns;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.Delete;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Explain;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Insert;
import io.trino.sql.tree.Merge;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.SingleColumn;
import io.trino.sql.tree.Statement;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.Update;
import io.trino.sql.tree.WithQuery;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The names that somebody wrote into a query or a change of rows, whether or not they stand for anything: it says nothing that
 * the writer does not know.
 *
 * @param tables that are read, with the columns that are written as theirs; {@code *} among them for all
 * @param columns written without a table; {@code *} among them for all
 * @param write what is changed; empty of a query
 */
public record StatementNames(Map<TableIdentifier, Set<String>> tables, Set<String> columns, Optional<Write> write) {
    /** Stands for every column. */
    public static final String ALL = "*";

    /** A table whose rows are changed, and what that needs, first things first. */
    public record Write(TableIdentifier table, List<Permission> needed) {
        public Write {
            needed = List.copyOf(needed);
        }
    }

    public StatementNames {
        tables = new LinkedHashMap<>(tables);
        columns = new LinkedHashSet<>(columns);
    }

    /** The names in a statement; empty if the text neither reads nor changes rows, or is nothing that can be read. */
    public static Optional<StatementNames> of(String sql, Optional<Namespace> defaultDatabase) {
        try {
            StatementText.checkLength(sql);
            Statement statement = StatementText.parse(StatementText.normal(sql));
            Statement asked = statement instanceof Explain explain ? explain.getStatement() : statement;
            Reading reading = new Reading(defaultDatabase);
            Optional<Write> write = switch (asked) {
                case Insert insert -> reading.write(insert.getTable(), Permission.INSERT);
                case Delete delete -> reading.write(delete.getTable(), Permission.DELETE);
                case Update update -> reading.write(update.getTable(), Permission.INSERT, Permission.DELETE);
                case Merge merge -> reading.write(merge.getTargetTable(), MergeRows.permissions(merge));
                default -> Optional.empty();
            };
            if (write.isEmpty() && !(asked instanceof Query)) {
                return Optional.empty();
            }
            reading.process(asked, null);
            if (asked instanceof Query) {
                reading.everyTable(asked);
            }
            return Optional.of(reading.names(write));
        } catch (QueryException | StackOverflowError _) {
            return Optional.empty();
        }
    }

    private static final class Reading extends DefaultTraversalVisitor<@Nullable Void> {
        private final Optional<Namespace> defaultDatabase;
        private final Map<TableIdentifier, Set<String>> tables = new LinkedHashMap<>();
        private final Map<String, TableIdentifier> called = new HashMap<>();
        private final Map<String, Set<String>> qualified = new LinkedHashMap<>();
        private final Set<String> columns = new LinkedHashSet<>();
        private final Set<String> made = new HashSet<>();
        private final Set<List<String>> bare = new LinkedHashSet<>();

        Reading(Optional<Namespace> defaultDatabase) {
            this.defaultDatabase = defaultDatabase;
        }

        /** Also those in places that a visitor does not go to, such as the arguments of a table function. */
        void everyTable(Node node) {
            if (node instanceof Table table) {
                bare.add(table.getName().getParts());
            }
            node.getChildren().forEach(this::everyTable);
        }

        Optional<Write> write(Table table, Permission... needed) {
            return table(table.getName().getParts()).map(name -> new Write(name, List.of(needed)));
        }

        StatementNames names(Optional<Write> write) {
            bare.stream()
                    .filter(parts -> !(parts.size() == 1 && made.contains(parts.getFirst())))
                    .forEach(parts -> table(parts).ifPresent(name -> {
                        tables.putIfAbsent(name, new LinkedHashSet<>());
                        called.putIfAbsent(name.name(), name);
                    }));
            qualified.forEach((qualifier, names) -> {
                TableIdentifier table = called.get(qualifier);
                if (table != null && tables.containsKey(table)) {
                    tables.getOrDefault(table, new LinkedHashSet<>()).addAll(names);
                }
            });
            columns.removeAll(made);
            return new StatementNames(tables, columns, write);
        }

        private Optional<TableIdentifier> table(List<String> parts) {
            return parts.size() > 1 || defaultDatabase.isPresent()
                    ? LakeTables.identifier(parts, defaultDatabase, new Place(0, 0))
                    : Optional.empty();
        }

        @Override
        protected @Nullable Void visitTable(Table table, @Nullable Void context) {
            bare.add(table.getName().getParts());
            return null;
        }

        /** Of the table only rows are made; none is read. */
        @Override
        protected @Nullable Void visitInsert(Insert insert, @Nullable Void context) {
            return process(insert.getQuery(), null);
        }

        @Override
        protected @Nullable Void visitAliasedRelation(AliasedRelation relation, @Nullable Void context) {
            if (relation.getRelation() instanceof Table table) {
                table(table.getName().getParts()).ifPresent(name -> called.put(lower(relation.getAlias()), name));
            }
            return process(relation.getRelation(), null);
        }

        @Override
        protected @Nullable Void visitWithQuery(WithQuery query, @Nullable Void context) {
            made.add(lower(query.getName()));
            return process(query.getQuery(), null);
        }

        @Override
        protected @Nullable Void visitSingleColumn(SingleColumn column, @Nullable Void context) {
            column.getAlias().ifPresent(alias -> made.add(lower(alias)));
            return process(column.getExpression(), null);
        }

        @Override
        protected @Nullable Void visitAllColumns(AllColumns all, @Nullable Void context) {
            all.getTarget()
                    .ifPresentOrElse(
                            target -> {
                                if (target instanceof Identifier name) {
                                    qualified
                                            .computeIfAbsent(lower(name), _ -> new LinkedHashSet<>())
                                            .add(ALL);
                                }
                            },
                            () -> columns.add(ALL));
            return null;
        }

        @Override
        protected @Nullable Void visitIdentifier(Identifier name, @Nullable Void context) {
            columns.add(lower(name));
            return null;
        }

        @Override
        protected @Nullable Void visitDereferenceExpression(DereferenceExpression part, @Nullable Void context) {
            if (part.getBase() instanceof Identifier qualifier
                    && part.getField().isPresent()) {
                qualified
                        .computeIfAbsent(lower(qualifier), _ -> new LinkedHashSet<>())
                        .add(lower(part.getField().get()));
                return null;
            }
            return process(part.getBase(), null);
        }

        private static String lower(Identifier name) {
            return name.getValue().toLowerCase(Locale.ROOT);
        }
    }
}
