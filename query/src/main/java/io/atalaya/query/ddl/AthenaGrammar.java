package io.atalaya.query.ddl;

import io.atalaya.policies.Sentence;
import io.atalaya.query.ddl.Definition.Alteration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The statements that Athena has beside Trino's, by descent from their first words.
 *
 * @see <a href="https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html">Athena DDL</a>
 */
public final class AthenaGrammar {
    private static final Set<String> AFTER_COLUMNS = Set.of(
            "comment", "partitioned", "clustered", "row", "stored", "location", "tblproperties", "serdeproperties");

    private final Tokens tokens;

    private AthenaGrammar(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * The definition of a statement; empty if it is one of Trino's grammar.
     *
     * @throws io.atalaya.query.QueryException.SyntaxError with the place, if it begins as one of Athena's and goes on otherwise
     */
    public static Optional<Definition> parse(String sql) {
        String first = firstWord(sql);
        return switch (first) {
            case "create", "drop", "alter", "show", "msck", "optimize", "vacuum", "unload", "insert", "using" ->
                new AthenaGrammar(new Tokens(sql)).statement();
            default -> Optional.empty();
        };
    }

    private static String firstWord(String sql) {
        String text = sql.replaceAll("(?s)\\A(\\s|--[^\\n]*(\\n|\\z)|/\\*.*?\\*/)*", "");
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end).toLowerCase(java.util.Locale.ROOT);
    }

    private Optional<Definition> statement() {
        if (tokens.take("create")) {
            return create();
        }
        if (tokens.take("drop")) {
            return tokens.take("database") || tokens.take("schema") ? Optional.of(dropDatabase()) : Optional.empty();
        }
        if (tokens.take("alter")) {
            return alter();
        }
        if (tokens.take("show")) {
            return show();
        }
        if (tokens.take("msck")) {
            return refused(
                    "MSCK REPAIR TABLE",
                    "An Iceberg table knows its files; there are no partitions to be found in folders");
        }
        if (tokens.take("optimize")) {
            return Optional.of(optimize());
        }
        if (tokens.take("vacuum")) {
            List<String> name = tokens.name();
            tokens.requireEnd();
            return Optional.of(new Definition.Vacuum(name));
        }
        if (tokens.take("unload")) {
            return Optional.of(unload());
        }
        if (tokens.take("using", "external", "function")) {
            return refused("USING EXTERNAL FUNCTION", "Statements call the functions of the catalog only");
        }
        if (tokens.take("insert", "overwrite")) {
            return refused("INSERT OVERWRITE", "Use DELETE and INSERT, or MERGE");
        }
        return Optional.empty();
    }

    private static Optional<Definition> refused(String construct, String reason) {
        return Optional.of(new Definition.Refused(construct, reason));
    }

    private Optional<Definition> create() {
        if (tokens.take("database") || tokens.take("schema")) {
            return Optional.of(createDatabase());
        }
        boolean external = tokens.take("external");
        if (!tokens.take("table")) {
            return Optional.empty();
        }
        if (external) {
            return refused(
                    "CREATE EXTERNAL TABLE",
                    "Tables are Iceberg tables: leave EXTERNAL out and set 'table_type'='ICEBERG'");
        }
        boolean ifNotExists = tokens.take("if", "not", "exists");
        List<String> name = tokens.name();
        if (!tokens.peek().text().equals("(") || !isAthenas()) {
            return Optional.empty();
        }
        List<Definition.Column> columns = tokens.columns();
        Optional<String> comment = tokens.comment();
        List<String> partitioning = List.of();
        Optional<String> location = Optional.empty();
        Map<String, String> properties = new LinkedHashMap<>();
        while (!tokens.atEnd()) {
            if (tokens.take("partitioned", "by")) {
                partitioning = tokens.partitioning();
            } else if (tokens.take("location")) {
                location = Optional.of(tokens.text());
            } else if (tokens.take("tblproperties")) {
                properties.putAll(tokens.properties());
            } else if (tokens.take("stored") || tokens.take("row") || tokens.take("clustered")) {
                return refused("ROW FORMAT, STORED AS and CLUSTERED BY", "Tables are Iceberg tables of Parquet files");
            } else {
                throw tokens.unexpected(Sentence.of("{0} or {1}", "PARTITIONED BY, LOCATION", "TBLPROPERTIES"));
            }
        }
        return Optional.of(new Definition.CreateTable(
                name, columns, comment, partitioning, location, properties, ifNotExists, false));
    }

    /** Whether what comes after the columns is Athena's, or the columns have types that only Hive writes. */
    private boolean isAthenas() {
        int start = tokens.position();
        boolean angles = false;
        int open = 0;
        do {
            Token token = tokens.next();
            open += token.text().equals("(") ? 1 : token.text().equals(")") ? -1 : 0;
            angles |= token.text().equals("<");
        } while (open > 0 && !tokens.atEnd());
        Token after = tokens.peek();
        tokens.reset(start);
        return angles
                || (after.kind() == Token.Kind.WORD
                        && AFTER_COLUMNS.contains(after.text())
                        && !tokens.sql().substring(after.start()).matches("(?is)comment\\s+'([^']|'')*'\\s*with\\b.*"));
    }

    private Definition createDatabase() {
        boolean ifNotExists = tokens.take("if", "not", "exists");
        List<String> name = tokens.name();
        Map<String, String> properties = new LinkedHashMap<>();
        while (!tokens.atEnd()) {
            if (tokens.take("comment")) {
                properties.put("comment", tokens.text());
            } else if (tokens.take("location")) {
                properties.put("location", tokens.text());
            } else if (tokens.take("with", "dbproperties") || tokens.take("with")) {
                properties.putAll(tokens.properties());
            } else {
                throw tokens.unexpected(Sentence.of("{0} or {1}", "COMMENT, LOCATION", "WITH DBPROPERTIES"));
            }
        }
        return new Definition.CreateDatabase(name.getLast(), properties, ifNotExists);
    }

    private Definition dropDatabase() {
        boolean ifExists = tokens.take("if", "exists");
        List<String> name = tokens.name();
        boolean cascade = tokens.take("cascade");
        if (!cascade) {
            tokens.take("restrict");
        }
        tokens.requireEnd();
        return new Definition.DropDatabase(name.getLast(), ifExists, cascade);
    }

    private Optional<Definition> alter() {
        if (tokens.take("database") || tokens.take("schema")) {
            String name = tokens.name().getLast();
            if (!tokens.take("set", "dbproperties")) {
                return Optional.empty();
            }
            Map<String, String> properties = tokens.properties();
            tokens.requireEnd();
            return Optional.of(new Definition.AlterDatabase(name, properties));
        }
        if (!tokens.take("table")) {
            return Optional.empty();
        }
        boolean ifExists = tokens.take("if", "exists");
        List<String> name = tokens.name();
        Optional<List<Alteration>> changes = alterations();
        if (changes.isEmpty()) {
            return alterRefused();
        }
        tokens.requireEnd();
        return Optional.of(new Definition.AlterTable(name, changes.orElseThrow(), ifExists));
    }

    private Optional<Definition> alterRefused() {
        if (tokens.take("add", "partition")
                || tokens.take("add", "if")
                || tokens.take("drop", "partition")
                || tokens.take("drop", "if", "exists", "partition")
                || tokens.take("partition")) {
            return refused("ALTER TABLE … PARTITION", "The partitions of an Iceberg table follow from its rows");
        }
        if (tokens.take("replace", "columns")) {
            return refused("ALTER TABLE REPLACE COLUMNS", "Add, change and drop single columns");
        }
        if (tokens.take("set", "location")) {
            return refused("ALTER TABLE SET LOCATION", "A table's files stay where they are");
        }
        return Optional.empty();
    }

    private Optional<List<Alteration>> alterations() {
        if (tokens.take("add", "columns")) {
            return Optional.of(List.of(new Alteration.Add(tokens.columns(), false)));
        }
        if (tokens.take("set", "tblproperties")) {
            return Optional.of(List.of(new Alteration.SetProperties(tokens.properties(), Optional.empty())));
        }
        if (tokens.take("unset", "tblproperties")) {
            tokens.take("if", "exists");
            Set<String> names = new HashSet<>();
            tokens.require("(");
            do {
                names.add(tokens.text().toLowerCase(java.util.Locale.ROOT));
            } while (tokens.take(","));
            tokens.require(")");
            return Optional.of(List.of(new Alteration.UnsetProperties(names)));
        }
        if (tokens.take("change")) {
            tokens.take("column");
            return Optional.of(change());
        }
        return Optional.empty();
    }

    private List<Alteration> change() {
        String old = tokens.identifier();
        Definition.Column column = tokens.column();
        List<Alteration> changes = new ArrayList<>();
        if (column.required()) {
            throw tokens.unexpected(Sentence.of("no NOT NULL"));
        }
        changes.add(new Alteration.Retype(old, column.type()));
        column.comment().ifPresent(comment -> changes.add(new Alteration.Comment(old, Optional.of(comment))));
        if (tokens.take("first")) {
            changes.add(new Alteration.Move(old, Optional.empty()));
        } else if (tokens.take("after")) {
            changes.add(new Alteration.Move(old, Optional.of(tokens.identifier())));
        }
        if (!old.equals(column.name())) {
            changes.add(new Alteration.Rename(old, column.name(), false));
        }
        return changes;
    }

    private Optional<Definition> show() {
        if (tokens.take("partitions")) {
            List<String> name = tokens.name();
            tokens.requireEnd();
            return Optional.of(new Definition.ShowPartitions(name));
        }
        if (tokens.take("tblproperties")) {
            List<String> name = tokens.name();
            Optional<String> property = Optional.empty();
            if (tokens.take("(")) {
                property = Optional.of(tokens.text());
                tokens.require(")");
            }
            tokens.requireEnd();
            return Optional.of(new Definition.ShowProperties(name, property));
        }
        if (tokens.take("views")) {
            Optional<String> database = tokens.take("in") || tokens.take("from")
                    ? Optional.of(tokens.name().getLast())
                    : Optional.empty();
            tokens.take("like");
            Optional<String> pattern =
                    tokens.peek().kind() == Token.Kind.TEXT ? Optional.of(tokens.text()) : Optional.empty();
            tokens.requireEnd();
            return Optional.of(new Definition.ShowViews(database, pattern));
        }
        return Optional.empty();
    }

    private Definition unload() {
        tokens.require("(");
        int start = tokens.peek().start();
        int open = 1;
        int end = start;
        while (open > 0 && !tokens.atEnd()) {
            Token token = tokens.next();
            boolean sign = token.kind() == Token.Kind.SIGN;
            open += sign && token.text().equals("(") ? 1 : sign && token.text().equals(")") ? -1 : 0;
            end = token.start();
        }
        if (open > 0) {
            throw tokens.unexpected("')'");
        }
        tokens.require("to");
        String location = tokens.text();
        Map<String, String> options = new LinkedHashMap<>();
        List<String> partitionedBy = new ArrayList<>();
        if (tokens.take("with")) {
            tokens.require("(");
            do {
                if (tokens.take("partitioned_by", "=")) {
                    partitionedBy.addAll(tokens.array());
                } else {
                    tokens.property(options);
                }
            } while (tokens.take(","));
            tokens.require(")");
        }
        tokens.requireEnd();
        String before = tokens.sql().substring(0, start).replaceAll("\\S", " ");
        return new Definition.Unload(
                before + tokens.sql().substring(start, end), location, options, List.copyOf(partitionedBy));
    }

    private Definition optimize() {
        List<String> name = tokens.name();
        for (String word : new String[] {"rewrite", "data", "using", "bin_pack"}) {
            tokens.require(word);
        }
        if (tokens.take("where")) {
            return new Definition.Optimize(
                    name, Optional.of(tokens.sql().substring(tokens.peek().start())));
        }
        tokens.requireEnd();
        return new Definition.Optimize(name, Optional.empty());
    }
}
