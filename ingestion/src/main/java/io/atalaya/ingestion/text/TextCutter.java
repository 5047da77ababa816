package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.ingestion.pipeline.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cuts delivered text into rows. */
public final class TextCutter {
    private static final int SAMPLE = 1 << 20;
    private static final int TELL_EVERY = 20_000;
    private static final long GIVE_UP_AFTER = 10_000;

    private final FileDrop drop;
    private final Path folder;
    private final Listener listener;

    /** Is told of what goes on; may throw to stop it. */
    @FunctionalInterface
    public interface Listener {
        void told(long rows, long damaged, double progress);
    }

    /**
     * A cutter for the files of one drop.
     *
     * @param folder where rows are written to; empty and its own
     */
    public TextCutter(FileDrop drop, Path folder, Listener listener) {
        this.drop = drop;
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * The rows of a file.
     *
     * @param known the columns the target has; empty if they are declared or the target does not exist yet
     * @throws IngestionException.BadFile if the file as a whole is not what it should be
     */
    public Cut cut(Path file, String name, List<String> known) throws IOException {
        if (drop.format() == FileDrop.Format.JSONL) {
            return new JsonLineCutter(drop, folder, listener).cut(file, name);
        }
        Attempt attempt = new Attempt(file, name, known);
        Cut cut = attempt.cut(Optional.empty());
        if (attempt.probablyNotUtf8) {
            cut = attempt.cut(Optional.of("windows-1252"));
        }
        return cut;
    }

    private final class Attempt {
        private final Path file;
        private final String name;
        private final List<String> known;
        private boolean probablyNotUtf8;

        Attempt(Path file, String name, List<String> known) {
            this.file = file;
            this.name = name;
            this.known = known;
        }

        Cut cut(Optional<String> forced) throws IOException {
            try (Packing.Unpacked unpacked = Packing.open(file, name)) {
                Encodings text = Encodings.open(unpacked, forced.or(this::commonEncoding));
                byte[] sample = text.in().readNBytes(SAMPLE);
                HeaderFinder.Found found = new HeaderFinder(sample).find(name, drop.dialects());
                requireEncoding(found.dialect(), text.encoding());
                if (text.certain()
                        || forced.isPresent()
                        || found.dialect().encoding().isEmpty()) {
                    InputStream rest = new Prefixed(sample, found.rowsAt(), text.in());
                    return rows(unpacked, rest, found, text, forced.isPresent());
                }
                return cut(found.dialect().encoding());
            }
        }

        /** The encoding that all dialects have; with several, the header is looked for first. */
        private Optional<String> commonEncoding() {
            List<Optional<String>> declared =
                    drop.dialects().stream().map(Dialect::encoding).distinct().toList();
            return declared.size() == 1 ? declared.getFirst() : Optional.empty();
        }

        private void requireEncoding(Dialect dialect, Charset actual) {
            boolean marked = actual.name().startsWith("UTF-16");
            if (marked
                    && dialect.encoding().isPresent()
                    && !dialect.encoding().get().startsWith("UTF-16")) {
                throw new IngestionException.BadFile(
                        "%s begins with the byte order mark of %s, but dialect '%s' says its encoding is %s; correct the dialect. Nothing of the file was loaded"
                                .formatted(
                                        name,
                                        actual,
                                        dialect.name(),
                                        dialect.encoding().get()));
            }
        }

        private Cut rows(
                Packing.Unpacked unpacked, InputStream in, HeaderFinder.Found found, Encodings text, boolean forced)
                throws IOException {
            Dialect dialect = found.dialect();
            List<String> declared = drop.columns().isEmpty() ? known : drop.columns();
            Header header = Header.of(name, found.names(), dialect, declared);
            DelimitedReader reader = new DelimitedReader(
                    in,
                    found.form(),
                    found.names().size(),
                    dialect.ragged() == Dialect.Ragged.PAD,
                    found.line(),
                    text.encoding().name());
            try (RowFile good = new RowFile(Cut.goodIn(folder));
                    RowFile damaged = new RowFile(Cut.damagedIn(folder))) {
                RowWriter writer = new RowWriter(drop, dialect, header, good);
                Rejects rejects = new Rejects(name, drop.maxRejects(), damaged);
                long rows = 0;
                while (reader.next()) {
                    @Nullable String damage = reader.damage() == null ? writer.write(reader) : reader.damage();
                    if (damage != null) {
                        rejects.add(reader.line(), damage, reader.raw(), rows);
                    }
                    if (++rows % TELL_EVERY == 0) {
                        listener.told(rows, rejects.count(), unpacked.progress());
                    }
                }
                unpacked.drain();
                boolean guessed = !text.certain() && !forced && text.encoding().equals(StandardCharsets.UTF_8);
                probablyNotUtf8 = guessed && reader.invalid() > 0 && reader.multiByte() == 0;
                if (!probablyNotUtf8) {
                    rejects.judge(rows);
                }
                listener.told(rows, rejects.count(), 1);
                List<String> columns = new ArrayList<>(header.columns());
                drop.typed().stream().map(TypedColumn::name).forEach(columns::add);
                return new Cut(
                        good.finished(columns),
                        damaged.finished(Cut.DAMAGE_COLUMNS),
                        header.columns(),
                        drop.typed(),
                        dialect.name(),
                        text.encoding().name(),
                        found.preamble(),
                        unpacked.sha256(),
                        unpacked.count());
            }
        }
    }

    /** Rows that are damaged, and when there are too many of them. */
    static final class Rejects {
        private final String file;
        private final Limit limit;
        private final RowFile rows;

        Rejects(String file, Limit limit, RowFile rows) {
            this.file = file;
            this.limit = limit;
            this.rows = rows;
        }

        void add(long line, String reason, String raw, long rowsSoFar) throws IOException {
            if (first.isEmpty()) {
                first = Optional.of("line " + line + ": " + reason);
            }
            rows.begin(line);
            rows.value(reason);
            rows.value(raw);
            rows.end();
            boolean hopeless = limit instanceof Limit.Count && limit.isExceededBy(count(), rowsSoFar);
            if (hopeless && count() > GIVE_UP_AFTER) {
                judge(rowsSoFar + 1);
            }
        }

        private Optional<String> first = Optional.empty();

        long count() {
            return rows.rows();
        }

        void judge(long all) {
            if (limit.isExceededBy(count(), all)) {
                throw new IngestionException.BadFile(
                        "%s has %,d damaged rows among %,d, more than its pipeline takes (maxRejects: %s); the first is %s. Nothing of the file was loaded; deliver a corrected file, or raise maxRejects"
                                .formatted(file, count(), all, limit, first.orElse("")));
            }
        }
    }
}
