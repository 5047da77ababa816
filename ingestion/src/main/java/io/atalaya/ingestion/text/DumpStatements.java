package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.text.DumpReader.Kind;
import io.atalaya.ingestion.text.DumpReader.Token;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements of a dump, of which only those matter that say what columns a table has and what its rows are. */
final class DumpStatements {
    private static final Set<String> NO_COLUMN = Set.of(
            "primary",
            "key",
            "unique",
            "constraint",
            "foreign",
            "index",
            "check",
            "fulltext",
            "spatial",
            "exclude",
            "like",
            "period");

    private final String file;
    private final DumpReader in;
    private final String table;
    private final Map<String, List<String>> columns = new LinkedHashMap<>();

    /**
     * The statements about one table.
     *
     * @param table its name, with its schema before it or not
     */
    DumpStatements(String file, DumpReader in, String table) {
        this.file = file;
        this.in = in;
        this.table = table;
    }

    /** How rows follow. */
    enum Form {
        /** In parentheses. */
        VALUES,
        /** On lines, with tabs. */
        LINES
    }

    /**
     * Rows of the table that follow now.
     *
     * @param columns they are of; empty: those of the table
     */
    record Rows(Form form, List<String> columns) {}

    /** The columns the dump says the table has; empty if it does not. */
    List<String> declared() {
        return columns.entrySet().stream()
                .filter(entry -> isMeant(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    /** The tables that were named so far. */
    Set<String> tables() {
        return columns.keySet();
    }

    /** Goes to the next rows of the table; null if there are none. */
    @Nullable Rows next() throws IOException {
        while (true) {
            Token first = in.next();
            if (first.kind() == Kind.END) {
                return null;
            }
            Rows rows = null;
            if (first.is("insert") || first.is("replace")) {
                rows = insert();
            } else if (first.is("copy")) {
                rows = copy();
            } else if (first.is("create")) {
                create();
            } else if (first.is("delimiter")) {
                delimiter();
            } else if (!first.is(';')) {
                skip(in.next(), false);
            }
            if (rows != null) {
                return rows;
            }
        }
    }

    private boolean isMeant(String name) {
        return name.equalsIgnoreCase(table)
                || (table.indexOf('.') < 0
                        && name.substring(name.lastIndexOf('.') + 1).equalsIgnoreCase(table));
    }

    private @Nullable Rows insert() throws IOException {
        Token token = in.next();
        while (token.kind() == Kind.WORD && !token.is("into")) {
            token = in.next();
        }
        if (!token.is("into")) {
            skip(token, false);
            return null;
        }
        Name name = name(in.next());
        columns.putIfAbsent(name.text(), List.of());
        if (!isMeant(name.text())) {
            skip(name.after(), false);
            return null;
        }
        token = name.after();
        List<String> given = List.of();
        if (token.is('(')) {
            given = list();
            token = in.next();
        }
        while (token.is("overriding") || token.is("system") || token.is("user") || token.is("value")) {
            Token before = token;
            token = in.next();
            if (before.is("value") && token.is('(')) {
                throw refusal(
                        Sentence.of("rows after VALUE are not read; the dump was not written by mysqldump or pg_dump"));
            }
        }
        if (!token.is("values")) {
            throw refusal(Sentence.of("rows of {0} that are made by a query", table));
        }
        return new Rows(Form.VALUES, given);
    }

    private @Nullable Rows copy() throws IOException {
        Name name = name(in.next());
        Token token = name.after();
        List<String> given = List.of();
        if (token.is('(')) {
            given = list();
            token = in.next();
        }
        boolean data = false;
        while (!token.is(';')) {
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            data |= token.is("stdin");
            token = in.next();
        }
        if (!data) {
            return null;
        }
        in.restOfLine();
        columns.putIfAbsent(name.text(), given);
        if (isMeant(name.text())) {
            return new Rows(Form.LINES, given);
        }
        byte[] line = in.restOfLine();
        while (line != null && !isEnd(line)) {
            line = in.restOfLine();
        }
        if (line == null) {
            throw new DumpReader.CutOff();
        }
        return null;
    }

    /** Whether the line ends rows that stand on lines. */
    static boolean isEnd(byte[] line) {
        return line.length == 2 && line[0] == '\\' && line[1] == '.';
    }

    private void create() throws IOException {
        Token token = in.next();
        while (token.kind() == Kind.WORD && !token.is("table")) {
            if (Set.of("function", "procedure", "trigger", "view", "event", "index", "database", "schema", "rule")
                    .contains(token.text().toLowerCase(Locale.ROOT))) {
                skip(token, true);
                return;
            }
            token = in.next();
        }
        if (!token.is("table")) {
            skip(token, true);
            return;
        }
        token = in.next();
        while (token.is("if") || token.is("not") || token.is("exists")) {
            token = in.next();
        }
        Name name = name(token);
        List<String> found = new ArrayList<>();
        if (name.after().is('(')) {
            definitions(found);
            skip(in.next(), false);
        } else {
            skip(name.after(), false);
        }
        columns.put(name.text(), found);
    }

    private void definitions(List<String> found) throws IOException {
        boolean begins = true;
        int depth = 1;
        while (depth > 0) {
            Token token = in.next();
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            if (begins
                    && (token.kind() == Kind.NAME
                            || (token.kind() == Kind.TEXT)
                            || (token.kind() == Kind.WORD
                                    && !NO_COLUMN.contains(token.text().toLowerCase(Locale.ROOT))))) {
                found.add(token.text());
            }
            begins = depth == 1 && token.is(',');
            depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
        }
    }

    /** Programs of MySQL's stand between two of these lines. */
    private void delimiter() throws IOException {
        byte[] line = in.restOfLine();
        String other = line == null ? "" : new String(line, StandardCharsets.UTF_8).strip();
        while (line != null && !other.equals(";")) {
            line = in.restOfLine();
            String text = line == null ? "" : new String(line, StandardCharsets.UTF_8).strip();
            if (text.toLowerCase(Locale.ROOT).startsWith("delimiter ")) {
                other = text.substring("delimiter ".length()).strip();
            }
        }
    }

    private record Name(String text, Token after) {}

    private Name name(Token first) throws IOException {
        StringBuilder text = new StringBuilder(first.text());
        Token after = first.isName() || first.kind() == Kind.TEXT ? in.next() : first;
        while (after.is('.')) {
            text.append('.').append(in.next().text());
            after = in.next();
        }
        return new Name(text.toString(), after);
    }

    private List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        Token token = in.next();
        while (!token.is(')')) {
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            if (!token.is(',')) {
                names.add(token.text());
            }
            token = in.next();
        }
        return names;
    }

    /** Passes over the rest of a statement that {@code token} is in; one that holds a program has ends within it. */
    private void skip(Token token, boolean program) throws IOException {
        int depth = 0;
        Token at = token;
        while (!at.is(';') || depth > 0) {
            if (at.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            if (program) {
                depth += at.is("begin") || at.is("case") ? 1 : at.is("end") ? -1 : 0;
            }
            at = in.next();
        }
    }

    IngestionException.BadFile refusal(Sentence why) {
        return new IngestionException.BadFile(
                "{0} cannot be read as a dump, at line {1}: {2}. Nothing of it was loaded",
                file, Sentence.count(in.line()), why);
    }
}
