package io.atalaya.query.compile;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.vector.Vectors;
import io.atalaya.policies.Decision;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.QueryException;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StatementKind;
import io.atalaya.query.TextVectors;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.ddl.AthenaGrammar;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.engine.EngineErrors;
import io.atalaya.query.engine.SqlGate;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Explain;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;

/** Compiles statements, one at a time from text to what the engine runs. */
public final class StatementCompiler implements AutoCloseable {
    private static final long CACHED_CHARACTERS = 4_000_000;

    private final ScanPlanner planner;
    private final Optional<Vectors> vectors;
    private final TableAccess tables;
    private final Supplier<PolicySnapshot> policies;
    private final SystemTables system;
    private final TextVectors texts;
    private final DuckDBConnection gate;
    private final Cache<String, Statement> parsed = byLength();

    /** What went through the gate; the names in a text tell which of them are scans. */
    private final Cache<String, Boolean> passed = byLength();

    /** A compiler for the tables of a lakehouse; its engine's parser has the last look. */
    public StatementCompiler(
            Lakehouse lakehouse,
            TableAccess tables,
            Supplier<PolicySnapshot> policies,
            SystemTables system,
            TextVectors texts) {
        this(
                lakehouse.scans(),
                Optional.of(lakehouse.vectors()),
                tables,
                policies,
                system,
                texts,
                lakehouse.reader().connect());
    }

    private StatementCompiler(
            ScanPlanner planner,
            Optional<Vectors> vectors,
            TableAccess tables,
            Supplier<PolicySnapshot> policies,
            SystemTables system,
            TextVectors texts,
            DuckDBConnection gate) {
        this.planner = planner;
        this.vectors = vectors;
        this.tables = tables;
        this.policies = policies;
        this.system = system;
        this.texts = texts;
        this.gate = gate;
    }

    /**
     * One to which a table has only the rows that an older snapshot of it does not have; lives as long as this one. It asks no index
     * of vectors: an index knows whole files.
     */
    public StatementCompiler since(UUID table, long snapshotId) {
        return new StatementCompiler(
                planner.since(table, snapshotId), Optional.empty(), tables, policies, system, texts, gate);
    }

    private static <T> Cache<String, T> byLength() {
        return Caffeine.newBuilder()
                .maximumWeight(CACHED_CHARACTERS)
                .weigher((String text, T _) -> text.length() + 1)
                .build();
    }

    /** Compiles a statement that answers; any other is refused by name. */
    public CompiledQuery compile(
            Principal principal,
            String sql,
            Optional<Namespace> defaultDatabase,
            List<String> parameters,
            Consumer<Decision.Denied> onDenied) {
        return switch (compile(principal, sql, defaultDatabase, parameters, onDenied, false)) {
            case CompiledQuery query -> query;
            case CompiledCommand command ->
                throw new QueryException.NotSupported(command.substatement().replace('_', ' '), 1, 1);
        };
    }

    /** Compiles for a principal, with values for each {@code ?}; {@code onDenied} hears of tables that were refused. */
    public CompiledStatement statement(
            Principal principal,
            String sql,
            Optional<Namespace> defaultDatabase,
            List<String> parameters,
            Consumer<Decision.Denied> onDenied) {
        return compile(principal, sql, defaultDatabase, parameters, onDenied, true);
    }

    private CompiledStatement compile(
            Principal principal,
            String sql,
            Optional<Namespace> defaultDatabase,
            List<String> parameters,
            Consumer<Decision.Denied> onDenied,
            boolean commands) {
        StatementText.checkLength(sql);
        PolicySnapshot snapshot = policies.get();
        try {
            String text = StatementText.normal(sql);
            var metadata = new MetadataStatements(principal, snapshot, tables, system, defaultDatabase);
            Optional<CompiledQuery> utility = metadata.athena(text);
            if (utility.isPresent()) {
                return utility.orElseThrow();
            }
            Optional<Definition> definition = commands ? AthenaGrammar.parse(text) : Optional.empty();
            if (definition.isPresent()) {
                LakeTables lake = lake(principal, parameters, snapshot, defaultDatabase);
                try {
                    return new CommandCompiler(principal, snapshot, tables, defaultDatabase, lake, this, text)
                            .compile(definition.orElseThrow());
                } finally {
                    lake.denied().forEach(onDenied);
                }
            }
            Statement statement = parsed.get(text, StatementText::parse);
            Statement asked = statement instanceof Explain explain ? explain.getStatement() : statement;
            if (!(asked instanceof Query) && !(commands && CommandCompiler.knows(asked))) {
                return metadata.trino(asked);
            }
            LakeTables lake = lake(principal, parameters, snapshot, defaultDatabase);
            lake.load(asked);
            if (commands && asked instanceof Query) {
                lake.answering();
            }
            try {
                CompiledStatement compiled = asked instanceof Query query
                        ? commands && !(statement instanceof Explain) ? tried(query, lake) : select(query, lake)
                        : new CommandCompiler(principal, snapshot, tables, defaultDatabase, lake, this, text)
                                .compile(asked)
                                .orElseThrow();
                return statement instanceof Explain explain
                        ? new Explanation(principal, explain, compiled, new Plans(lake.scans()).of(asked, compiled))
                                .answer()
                        : compiled;
            } finally {
                lake.denied().forEach(onDenied);
            }
        } catch (StackOverflowError deep) {
            throw new QueryException.LimitExceeded("TOO_DEEP", "The statement is nested too deep");
        }
    }

    private LakeTables lake(
            Principal principal,
            List<String> parameters,
            PolicySnapshot snapshot,
            Optional<Namespace> defaultDatabase) {
        return new LakeTables(
                principal,
                literals(parameters),
                snapshot,
                tables,
                defaultDatabase,
                this::files,
                this::moment,
                system,
                texts);
    }

    private static List<Expr> literals(List<String> parameters) {
        List<Expr> values = new ArrayList<>();
        for (String parameter : parameters) {
            StatementText.checkLength(parameter);
            values.add(Parameters.literal(parameter));
        }
        return values;
    }

    /** Printed so that the engine is quick, with the exact text beside it where that can fail for its quickness. */
    private CompiledQuery tried(Query query, LakeTables lake) {
        LakeTables quickly = lake.again(Products.quick());
        CompiledQuery quick = select(query, quickly);
        if (!quickly.printing().products().mayHaveTooFewDigits()) {
            return quick;
        }
        // TRY would make a null of what only had too few digits.
        return quick.duckSql().contains(Sql.TRY)
                ? select(query, lake)
                : quick.orElse(() -> select(query, quickly.again(Products.exact())));
    }

    private CompiledQuery select(Query query, LakeTables lake) {
        Queries.Printed printed = lake.printing().queries().query(query, Scope.EMPTY);
        lake.printing().checkParameters();
        List<String> names = new ArrayList<>();
        List<ResultColumn> columns = new ArrayList<>();
        List<SqlType> types = new ArrayList<>();
        StringBuilder outer = new StringBuilder("SELECT ");
        for (int index = 0; index < printed.fields().size(); index++) {
            Queries.Output output = printed.fields().get(index);
            String name = output.name().orElse("_col" + index);
            names.add(name);
            types.add(output.type());
            columns.add(column(name, output.type()));
            outer.append(index == 0 ? "" : ", ")
                    .append("q.c")
                    .append(index)
                    .append(" AS ")
                    .append(Sql.name(name));
        }
        String body =
                outer.append(" FROM (").append(printed.sql()).append(") AS q").toString();
        Secured secured = secured(
                body, lake, stopsEarly(query), lake.printing().totality().isProven());
        return new CompiledQuery(
                StatementKind.DML,
                "SELECT",
                secured.sql(),
                Optional.empty(),
                columns,
                types,
                fields(names, types),
                secured.decisions(),
                secured.inputs(),
                secured.bytesPlanned(),
                lake.policies().epoch(),
                secured::derivation,
                Optional.empty());
    }

    /** Checks a printed query and puts its tables behind their policies. */
    Secured secured(String body, LakeTables lake) {
        return secured(body, lake, false, false);
    }

    private Secured secured(String body, LakeTables lake, boolean fewRowsWanted, boolean total) {
        check(body, lake);
        List<String> ctes = new ArrayList<>();
        List<CompiledQuery.Input> inputs = new ArrayList<>();
        long bytes = 0;
        for (TableScan scan : lake.scans()) {
            SecuredScan.Planned planned = new SecuredScan(scan, fewRowsWanted, total, near(scan)).plan(planner);
            ctes.add(scan.name() + " AS NOT MATERIALIZED (" + planned.sql() + ")");
            bytes += planned.bytes();
            inputs.add(input(scan));
        }
        lake.consulted().forEach(query -> inputs.addAll(query.inputs()));
        for (SystemScan scan : lake.systemScans()) {
            ctes.add(scan.cte());
            bytes += scan.rows().bytes();
            inputs.add(scan.input());
        }
        return new Secured(
                (ctes.isEmpty() ? "" : "WITH " + String.join(", ", ctes) + " ") + body,
                () -> tree(body, lake),
                lake.scans(),
                lake.consulted(),
                inputs,
                bytes);
    }

    /** A moment that is made of constants, in milliseconds. */
    private long moment(Expr constant) {
        return constant("epoch_ms(CAST(" + constant.sql() + " AS TIMESTAMPTZ))", row -> row.getLong(1));
    }

    private NearRows near(TableScan scan) {
        return scan.nearest()
                .flatMap(nearest -> vectors.<NearRows>map(indexes -> new NearRows.ByIndex(
                        indexes,
                        planner,
                        nearest,
                        () -> constant(nearest.wanted().sql(), row -> Vectors.numbers(row.getArray(1))))))
                .orElse(NearRows.ANYWHERE);
    }

    private <T> T constant(String expression, ResultSetMapper<T> value) {
        String sql = "SELECT " + expression;
        synchronized (gate) {
            SqlGate.check(gate, sql, Set.of());
            try (var statement = gate.createStatement();
                    var row = statement.executeQuery(sql)) {
                row.next();
                return value.of(row);
            } catch (SQLException e) {
                throw EngineErrors.translate(e);
            }
        }
    }

    private interface ResultSetMapper<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** The files of a table's current snapshot. */
    List<PlannedFile> files(Table table) {
        return planner.files(table, Expressions.alwaysTrue());
    }

    /**
     * A checked query over a version of a table that is to be changed: its scans of that table read that version, however new.
     *
     * @param files gets the files of the target, and what chose them
     */
    String over(Table table, String body, List<TableScan> scans, Consumer<SecuredScan.Planned> files) {
        List<String> ctes = new ArrayList<>();
        for (TableScan scan : scans) {
            boolean same = scan.snapshotId().isEmpty()
                    && scan.decision().table().uuid().equals(table.uuid());
            SecuredScan secured = new SecuredScan(scan, false, false, NearRows.ANYWHERE);
            SecuredScan.Planned planned = same ? secured.plan(planner, table) : secured.plan(planner);
            ctes.add(scan.name() + " AS NOT MATERIALIZED (" + planned.sql() + ")");
            if (scan.isTarget()) {
                files.accept(planned);
            }
        }
        return "WITH " + String.join(", ", ctes) + " " + body;
    }

    /** Whether it is done when it has found some rows, whichever they are. */
    private static boolean stopsEarly(Query query) {
        return query.getQueryBody() instanceof QuerySpecification body
                && body.getLimit().isPresent()
                && body.getOrderBy().isEmpty()
                && body.getGroupBy().isEmpty();
    }

    private static List<Types.NestedField> fields(List<String> names, List<SqlType> types) {
        return Set.copyOf(names).size() == names.size() ? IcebergTypes.toIceberg(names, types) : List.of();
    }

    private void check(String body, LakeTables lake) {
        if (passed.getIfPresent(body) == null) {
            tree(body, lake);
            passed.put(body, true);
        }
    }

    private JsonNode tree(String body, LakeTables lake) {
        Set<String> known = Stream.concat(
                        lake.scans().stream().map(TableScan::name),
                        lake.systemScans().stream().map(SystemScan::name))
                .collect(Collectors.toUnmodifiableSet());
        synchronized (gate) {
            return SqlGate.check(gate, body, known);
        }
    }

    private static CompiledQuery.Input input(TableScan scan) {
        Table table = scan.table();
        Snapshot current = table.currentSnapshot();
        OptionalLong snapshot = scan.snapshotId().isPresent()
                ? scan.snapshotId()
                : current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
        var governed = scan.decision().table();
        return new CompiledQuery.Input(governed.uuid(), governed.name(), snapshot, scan.used(), scan.known());
    }

    static ResultColumn column(String name, SqlType type) {
        int precision = switch (type) {
            case SqlType.Decimal(int digits, var _) -> digits;
            case SqlType.Varchar(int length) -> length;
            case SqlType.Char(int length) -> length;
            case SqlType.Time _, SqlType.ZonedTime _, SqlType.Timestamp _, SqlType.Instant _ -> 3;
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ -> 0;
            case SqlType.Simple simple ->
                switch (simple) {
                    case TINYINT -> 3;
                    case SMALLINT -> 5;
                    case INTEGER -> 10;
                    case BIGINT -> 19;
                    case REAL, DOUBLE -> 17;
                    case VARBINARY -> 1_073_741_824;
                    case UNKNOWN, BOOLEAN, DATE, JSON, UUID, INTERVAL_DAY, INTERVAL_YEAR -> 0;
                };
        };
        int scale = type instanceof SqlType.Decimal(var _, int digits) ? digits : 0;
        return new ResultColumn(name, type.trino(), precision, scale, true);
    }

    @Override
    public void close() {
        try {
            gate.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the gate's connection cannot be closed", e);
        }
    }
}
