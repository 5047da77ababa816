package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.text.DumpReader.Kind;
import io.atalaya.ingestion.text.DumpReader.Token;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.policies.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of one table of a dump of a database. The dump is only read: no statement of it is carried out. */
final class DumpRows implements RowReader, Fields {
    private final String file;
    private final String table;
    private final Packing.Unpacked unpacked;
    private final DumpReader in;
    private final DumpStatements statements;
    private DumpStatements.@Nullable Rows current;
    private boolean more;
    private List<String> names = List.of();
    private int[] places = new int[0];
    private @Nullable RowWriter writer;

    private final List<@Nullable String> given = new ArrayList<>();
    private @Nullable String[] values = new String[0];
    private @Nullable String damage;
    private long line;

    DumpRows(String file, String table, Packing.Unpacked unpacked, DumpReader in) {
        this.file = file;
        this.table = table;
        this.unpacked = unpacked;
        this.in = in;
        this.statements = new DumpStatements(file, in, table);
    }

    /**
     * The columns of the rows.
     *
     * @param told by the pipeline, for a dump that does not say it
     */
    List<String> names(List<String> told) throws IOException {
        try {
            current = statements.next();
        } catch (DumpReader.CutOff _) {
            throw cutOff();
        }
        List<String> first = current == null ? List.of() : current.columns();
        names = !told.isEmpty() ? told : statements.declared().isEmpty() ? first : statements.declared();
        if (current == null && statements.declared().isEmpty()) {
            throw new IngestionException.BadFile(
                    "{0} has no table '{1}'; it has {2}. Correct 'table'. Nothing of the file was loaded",
                    file, table, statements.tables().stream().limit(20).collect(Collectors.joining(", ")));
        }
        if (names.isEmpty()) {
            throw new IngestionException.BadFile(
                    "{0} does not say which columns table '{1}' has; name them with 'names' of a dialect with header: false. Nothing of the file was loaded",
                    file, table);
        }
        begin();
        return names;
    }

    /** The rows are written like that. */
    DumpRows as(RowWriter rows) {
        writer = rows;
        return this;
    }

    private void begin() {
        DumpStatements.Rows rows = current;
        if (rows == null) {
            return;
        }
        List<String> columns = rows.columns().isEmpty() ? names : rows.columns();
        places = new int[columns.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = indexOf(columns.get(i));
            if (places[i] < 0) {
                throw statements.refusal(
                        Sentence.of("rows have a column '{0}' that the table did not have before", columns.get(i)));
            }
        }
        more = true;
    }

    private int indexOf(String column) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(column)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean next() throws IOException {
        try {
            while (current != null) {
                if (more && (current.form() == DumpStatements.Form.LINES ? nextLine() : nextTuple())) {
                    place();
                    return true;
                }
                current = statements.next();
                begin();
            }
        } catch (DumpReader.CutOff _) {
            throw cutOff();
        }
        unpacked.drain();
        return false;
    }

    private void place() {
        values = new String[names.size()];
        if (damage == null && given.size() != places.length) {
            damage = "%d values, the table has %d columns".formatted(given.size(), places.length);
        }
        if (damage == null) {
            for (int i = 0; i < places.length; i++) {
                values[places[i]] = given.get(i);
            }
        }
    }

    private IngestionException.BadFile cutOff() {
        return new IngestionException.BadFile(
                "{0} is cut off: it ends at line {1}, in the middle of a statement or of rows. Nothing of it was loaded; deliver the complete dump again",
                file, Sentence.count(in.line()));
    }

    private boolean nextLine() throws IOException {
        line = in.line();
        in.mark();
        byte[] text = in.restOfLine();
        if (text == null) {
            throw new DumpReader.CutOff();
        }
        given.clear();
        damage = null;
        if (DumpStatements.isEnd(text)) {
            more = false;
            return false;
        }
        if (text.length > TextWindow.MAX_RECORD) {
            damage = tooLong();
            return true;
        }
        int from = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\t') {
                boolean missing = i - from == 2 && text[from] == '\\' && text[from + 1] == 'N';
                given.add(missing ? null : decoded(unescaped(text, from, i)));
                from = i + 1;
            }
        }
        return true;
    }

    private static byte[] unescaped(byte[] text, int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (text[i] != '\\' || i + 1 == to) {
                bytes.write(text[i]);
                continue;
            }
            byte next = text[++i];
            if (next >= '0' && next <= '7') {
                int value = 0;
                int digits = 0;
                while (digits < 3 && i < to && text[i] >= '0' && text[i] <= '7') {
                    value = value * 8 + text[i] - '0';
                    i++;
                    digits++;
                }
                i--;
                bytes.write(value);
            } else if (next == 'x' && i + 1 < to && Character.digit(text[i + 1], 16) >= 0) {
                int value = 0;
                for (int digits = 0; digits < 2 && i + 1 < to && Character.digit(text[i + 1], 16) >= 0; digits++) {
                    value = value * 16 + Character.digit(text[++i], 16);
                }
                bytes.write(value);
            } else {
                bytes.write(
                        switch (next) {
                            case 'b' -> '\b';
                            case 'f' -> '\f';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'v' -> 11;
                            default -> next;
                        });
            }
        }
        return bytes.toByteArray();
    }

    private @Nullable String decoded(byte[] utf8) {
        if (utf8.length > TextWindow.MAX_RECORD) {
            damage(tooLong());
            return null;
        }
        for (byte b : utf8) {
            if (b == 0) {
                damage("holds a NUL byte");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException _) {
            damage("bytes that are not in the encoding of the dump, which 'encoding' of its dialect says (UTF-8)");
            return null;
        }
    }

    private static String tooLong() {
        return "a row of more than " + (TextWindow.MAX_RECORD >> 20) + " MiB";
    }

    private void damage(String reason) {
        if (damage == null) {
            damage = reason;
        }
    }

    private boolean nextTuple() throws IOException {
        in.skipSpace();
        line = in.line();
        in.mark();
        Token open = in.next();
        while (open.is(',')) {
            in.skipSpace();
            line = in.line();
            in.mark();
            open = in.next();
        }
        given.clear();
        damage = null;
        if (!open.is('(')) {
            endOfStatement(open);
            more = false;
            return false;
        }
        Token token = in.next();
        while (!token.is(')')) {
            token = value(token);
            if (token.is(',')) {
                token = in.next();
            }
        }
        if (in.markedLength() > TextWindow.MAX_RECORD) {
            damage(tooLong());
        }
        return true;
    }

    private void endOfStatement(Token first) throws IOException {
        Token token = first;
        if (!token.is(';') && token.kind() != Kind.WORD) {
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            throw statements.refusal(Sentence.of("rows are followed by something that is none"));
        }
        while (!token.is(';')) {
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            token = in.next();
        }
    }

    /** Takes the value that begins there, and returns what comes after it: a comma or the closing parenthesis. */
    private Token value(Token first) throws IOException {
        if (first.is(',')) {
            damage("a value is missing");
            return first;
        }
        Token after = in.next();
        String word = first.kind() == Kind.WORD ? first.text().toLowerCase(Locale.ROOT) : "";
        if (first.kind() == Kind.WORD && after.kind() == Kind.TEXT && (word.startsWith("_") || isPrefix(word))) {
            given.add(word.equals("_binary") ? hex(after.bytes()) : decoded(after.bytes()));
            after = in.next();
        } else {
            given.add(plain(first, word));
        }
        if (after.is(':')) {
            // The type it is cast to.
            return skip(in.next());
        }
        if (!after.is(',') && !after.is(')')) {
            damage("an expression in place of value %d".formatted(given.size()));
            return skip(after);
        }
        return after;
    }

    private static boolean isPrefix(String word) {
        return word.equals("date") || word.equals("time") || word.equals("timestamp");
    }

    private @Nullable String plain(Token token, String word) {
        return switch (token.kind()) {
            case NUMBER -> token.text();
            case TEXT -> decoded(token.bytes());
            case BYTES -> "\\x" + token.text().toLowerCase(Locale.ROOT);
            case END -> throw new DumpReader.CutOff();
            case WORD, NAME, SIGN -> {
                if (!word.equals("null") && !word.equals("true") && !word.equals("false")) {
                    damage("an expression in place of value %d".formatted(given.size() + 1));
                }
                yield word.equals("null") ? null : word;
            }
        };
    }

    private static String hex(byte[] bytes) {
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    private Token skip(Token from) throws IOException {
        int depth = 0;
        Token token = from;
        while (depth > 0 || (!token.is(',') && !token.is(')'))) {
            if (token.kind() == Kind.END) {
                throw new DumpReader.CutOff();
            }
            depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
            token = in.next();
        }
        return token;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public boolean isAbsent(int field) {
        return values[field] == null;
    }

    @Override
    public String text(int field) {
        return String.valueOf(values[field]);
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        return damage != null ? damage : Objects.requireNonNull(writer).write(this, rows);
    }

    @Override
    public String raw() {
        return in.marked().strip();
    }

    @Override
    public double progress() {
        return unpacked.progress();
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }
}
