package io.atalaya.catalog.audit;

import io.atalaya.query.access.SystemTable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The log as files that the query engine reads set-wise: Parquet of older records and lines of JSON of the newest. It follows
 * the log, holds no truth of its own, and is made again from it.
 */
public final class AuditProjection implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Pattern SEALED = Pattern.compile("events-(\\d{20})-(\\d{20})\\.parquet");
    private static final int BATCH = 2_000;

    /** Queries catch up themselves; the follower sees to it that they never have much to do. */
    private static final Duration LONGEST_BEHIND = Duration.ofSeconds(30);

    private final Path folder;
    private final MerkleAuditLog log;
    private final int sealedRecords;
    private final ReentrantLock writing = new ReentrantLock();
    private final Follower follower;

    /** Parquet files by their first record, each up to where the next begins. */
    private final NavigableMap<Long, Path> sealed = new TreeMap<>();

    private List<Path> outdated = new ArrayList<>();
    private long tailFrom;
    private volatile long until;
    private long lastStep = System.nanoTime();

    private AuditProjection(Path folder, MerkleAuditLog log, int sealedRecords) {
        this.folder = folder;
        this.log = log;
        this.sealedRecords = sealedRecords;
        this.follower = new Follower(
                "audit-projection",
                PAUSE,
                "audit records cannot be made readable by SQL for now; they are safe in the log",
                this::stepIfBehind);
    }

    /** Follows a log, from where the files in the folder leave off. */
    public static AuditProjection follow(Path folder, MerkleAuditLog log) throws IOException {
        return follow(folder, log, 20_000);
    }

    static AuditProjection follow(Path folder, MerkleAuditLog log, int sealedRecords) throws IOException {
        AuditProjection projection =
                new AuditProjection(Files.createDirectories(folder).toRealPath(), log, sealedRecords);
        projection.open();
        projection.follower.start();
        return projection;
    }

    private void open() throws IOException {
        until = log.first();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = SEALED.matcher(String.valueOf(file.getFileName()));
                if (name.matches()
                        && Long.parseLong(name.group(1)) == until
                        && Long.parseLong(name.group(2)) <= log.size()) {
                    sealed.put(until, file);
                    until = Long.parseLong(name.group(2));
                } else {
                    Files.delete(file);
                }
            }
        }
        tailFrom = until;
        Files.createFile(tail());
    }

    private Path tail() {
        return folder.resolve("events-%020d.jsonl".formatted(tailFrom));
    }

    /** All records that are durable now, with the columns of {@link AuditRows}. */
    SystemTable.Rows rows() {
        writing.lock();
        try {
            catchUp(log.size());
            long bytes = 0;
            List<String> parts = new ArrayList<>();
            if (!sealed.isEmpty()) {
                for (Path file : sealed.values()) {
                    bytes += Files.size(file);
                }
                parts.add("SELECT " + AuditRows.SELECTED + " FROM read_parquet(["
                        + sealed.values().stream().map(AuditProjection::quoted).collect(Collectors.joining(", "))
                        + "])");
            }
            bytes += Files.size(tail());
            // While it is read, more may be appended: half a line is no error, and later records are of a later moment.
            parts.add("SELECT " + AuditRows.SELECTED + " FROM read_json(" + quoted(tail())
                    + ", format = 'newline_delimited', ignore_errors = true, maximum_object_size = 33554432, columns = "
                    + AuditRows.JSON_COLUMNS + ") WHERE sequence < " + until);
            return new SystemTable.Rows(OptionalLong.of(until), String.join(" UNION ALL ", parts), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writing.unlock();
        }
    }

    static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    /** Forgets everything and reads the log again from its start. What reads the old files meanwhile fails. */
    public void rebuild() {
        writing.lock();
        try {
            for (Path file : sealed.values()) {
                Files.deleteIfExists(file);
            }
            for (Path file : outdated) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(tail());
            sealed.clear();
            outdated.clear();
            until = log.first();
            tailFrom = until;
            Files.createFile(tail());
            catchUp(log.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writing.unlock();
        }
    }

    /** Forgets the records that were retired. What reads their files meanwhile fails. */
    public void forget(Horizon horizon) throws IOException {
        long first = horizon.sequence();
        writing.lock();
        try {
            List<Long> older = List.copyOf(sealed.headMap(first).keySet());
            if (older.isEmpty() && tailFrom >= first) {
                return;
            }
            for (Path old : outdated) {
                Files.deleteIfExists(old);
            }
            outdated = new ArrayList<>();
            long next = sealed.higherKey(first - 1) == null ? tailFrom : sealed.higherKey(first - 1);
            for (long from : older) {
                Files.deleteIfExists(sealed.remove(from));
            }
            if (next > first) {
                sealed.put(first, sealedFrom(first, next));
            } else if (next < first) {
                Files.deleteIfExists(tail());
                tailFrom = first;
                until = first;
                Files.createFile(tail());
                catchUp(log.size());
            }
        } finally {
            writing.unlock();
        }
    }

    /** Records of a file some of which were retired. */
    private Path sealedFrom(long from, long end) throws IOException {
        Path lines = folder.resolve("unfinished.jsonl");
        try (OutputStream out = Files.newOutputStream(lines)) {
            for (long next = from; next < end; ) {
                List<AuditRecord> records = log.readFrom(next, (int) Math.min(BATCH, end - next));
                out.write(lines(records));
                next += records.size();
            }
        }
        Path file = sealed(lines, from, end);
        Files.delete(lines);
        return file;
    }

    private static byte[] lines(List<AuditRecord> records) {
        StringBuilder lines = new StringBuilder();
        records.forEach(record -> lines.append(AuditRows.json(record)).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Path sealed(Path lines, long from, long end) throws IOException {
        Path file = folder.resolve("events-%020d-%020d.parquet".formatted(from, end));
        Path unfinished = folder.resolve("unfinished");
        ParquetFiles.ofJsonLines(lines, AuditRows.JSON_COLUMNS, "*", unfinished);
        Files.move(unfinished, file);
        return file;
    }

    private void catchUp(long durable) throws IOException {
        while (until < durable) {
            List<AuditRecord> records = log.readFrom(until, (int) Math.min(BATCH, durable - until));
            try (OutputStream out = Files.newOutputStream(tail(), StandardOpenOption.APPEND)) {
                out.write(lines(records));
            }
            long next = until + records.size();
            until = next;
            if (until - tailFrom >= sealedRecords) {
                seal();
            }
        }
    }

    /** The tail stays until the next one is sealed, for queries that were compiled to read it. */
    private void seal() throws IOException {
        Path file = sealed(tail(), tailFrom, until);
        for (Path old : outdated) {
            Files.deleteIfExists(old);
        }
        outdated = new ArrayList<>(List.of(tail()));
        sealed.put(tailFrom, file);
        tailFrom = until;
        Files.createFile(tail());
    }

    private void stepIfBehind() throws IOException {
        if (log.size() - until >= BATCH || System.nanoTime() - lastStep >= LONGEST_BEHIND.toNanos()) {
            step();
            lastStep = System.nanoTime();
        }
    }

    /** A batch at a time, so that a query that needs the rest does not wait for someone who needs nothing. */
    private void step() throws IOException {
        while (!follower.isClosing() && log.size() > until) {
            writing.lock();
            try {
                catchUp(Math.min(log.size(), until + BATCH));
            } finally {
                writing.unlock();
            }
        }
    }

    /** Stops following. */
    @Override
    public void close() {
        follower.close();
    }
}
