package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.trino.sql.tree.AliasedRelation;
import io.trino.sql.tree.AllColumns;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Explain;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.SingleColumn;
import io.trino.sql.tree.Statement;
import io.trino.sql.tree.Table;
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
 * The names that somebody wrote into a query, whether or not they stand for anything: it says nothing that the writer does
 * not know.
 *
 * @param tables named, with the columns that are written as theirs; {@code *} among them for all
 * @param columns written without a table; {@code *} among them for all
 */
public record StatementNames(Map<TableIdentifier, Set<String>> tables, Set<String> columns) {
    /** Stands for every column. */
    public static final String ALL = "*";

    public StatementNames {
        tables = new LinkedHashMap<>(tables);
        columns = new LinkedHashSet<>(columns);
    }

    /** The names in a query; empty if the text is no query, or nothing that can be read. */
    public static Optional<StatementNames> of(String sql, Optional<Namespace> defaultDatabase) {
        try {
            StatementText.checkLength(sql);
            Statement statement = StatementText.parse(StatementText.normal(sql));
            Statement asked = statement instanceof Explain explain ? explain.getStatement() : statement;
            if (!(asked instanceof Query)) {
                return Optional.empty();
            }
            Reading reading = new Reading(defaultDatabase);
            reading.process(asked, null);
            return Optional.of(reading.names());
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

        StatementNames names() {
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
            return new StatementNames(tables, columns);
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
