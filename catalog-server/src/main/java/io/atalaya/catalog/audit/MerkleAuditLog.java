package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of one node: lines of canonical JSON in append-only segments, a Merkle tree over them, and checkpoints
 * signed as it grows.
 *
 * <p>One thread appends. Callers hand it their records and wait; it writes those that wait together, flushes once, and
 * lets them all go. When the disk fails, the records of that flush are cut off again, their callers get
 * {@link AuditLog.AuditUnavailable}, and so does everyone after them until cutting has succeeded: no half record and no
 * record that was refused is left behind.
 *
 * <p>The files and how to verify a copy of them: {@code docs/audit.md}.
 */
public final class MerkleAuditLog implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MerkleAuditLog.class);
    private static final int LONGEST_RECORD = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofHours(1);

    private final AuditFiles files;
    private final Optional<AuditPeople> people;
    private final Optional<PersonalParts> personal;
    private final AppendQueue queue;
    /** Held for reading while a record is on its way that may name somebody, and for writing to forget those who are not named. */
    private final StampedLock naming = new StampedLock();

    private final Clock clock;
    private final Thread appender;
    private final long checkpointNanos;
    private final int checkpointRecords;
    private volatile Optional<Horizon> horizon;
    private volatile boolean closing;

    /** Done when what is written is durable, or cut off again. */
    private volatile CompletableFuture<Void> flushed = CompletableFuture.completedFuture(null);

    private boolean signingFails;

    private MerkleAuditLog(
            AuditLogConfig config,
            AuditFiles files,
            Optional<Horizon> horizon,
            Optional<AuditPeople> people,
            Clock clock) {
        this.files = files;
        this.horizon = horizon;
        this.people = people;
        this.personal = people.map(PersonalParts::new);
        this.clock = clock;
        this.queue = new AppendQueue(config.batching());
        this.checkpointNanos = config.checkpointEvery().toNanos();
        this.checkpointRecords = config.checkpointRecords();
        this.appender = Thread.ofPlatform().name("audit-appender").daemon().unstarted(this::work);
    }

    /**
     * Opens the log of a data directory, making it if absent, and recovers from a crash: a torn last line, which nobody
     * was told is durable, is moved to a file of its own; what was not yet signed is signed; a record says so.
     *
     * @throws AuditException if the files contradict their last checkpoint, or another process has them open
     */
    public static MerkleAuditLog open(AuditLogConfig config, Clock clock) throws IOException {
        return open(config, clock, AppendFile::onDisk);
    }

    static MerkleAuditLog open(AuditLogConfig config, Clock clock, AppendFile.Opener opener) throws IOException {
        OpenedLog opened = OpenedLog.open(config);
        AuditFiles files = new AuditFiles(config, opener, opened);
        Optional<AuditPeople> people = config.people().isPresent()
                ? Optional.of(AuditPeople.in(config.people().get()))
                : Optional.empty();
        MerkleAuditLog log = new MerkleAuditLog(config, files, opened.horizon(), people, clock);
        log.appender.start();
        Optional<AuditEvent> recovery = files.recovery().event();
        if (recovery.isPresent()) {
            log.append(recovery.get());
        }
        return log;
    }

    @Override
    public long append(AuditEvent event) throws AuditUnavailable {
        return await(enter(event, queue::add).sequence());
    }

    @Override
    public Sent send(AuditEvent event) throws AuditUnavailable {
        AppendQueue.Entry entry = enter(event, queue::addUrgent);
        return new Sent() {
            @Override
            public void awaitWritten() {
                await(entry.written());
            }

            @Override
            public long awaitDurable() {
                return await(entry.sequence());
            }
        };
    }

    private AppendQueue.Entry enter(AuditEvent event, Function<RecordLine, AppendQueue.Entry> door) {
        long stamp = naming.readLock();
        try {
            AppendQueue.Entry entry = door.apply(line(event));
            var _ = entry.sequence().whenComplete((_, _) -> naming.unlockRead(stamp));
            if (closing && !appender.isAlive()) {
                refuseWaiting();
            }
            return entry;
        } catch (AuditUnavailable e) {
            naming.unlockRead(stamp);
            throw e;
        }
    }

    private RecordLine line(AuditEvent event) {
        RecordLine line = RecordLine.of(sealed(event), clock.instant());
        if (line.length() > LONGEST_RECORD) {
            IllegalArgumentException cause = new IllegalArgumentException(line.length() + " bytes");
            throw new AuditUnavailable("the audit record of " + event.kind() + " is too long to be kept", cause);
        }
        if (closing) {
            throw closed();
        }
        return line;
    }

    private static <T> T await(CompletableFuture<T> news) {
        try {
            return news.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AuditUnavailable unavailable) {
                throw new AuditUnavailable(String.valueOf(unavailable.getMessage()), unavailable);
            }
            throw new AuditUnavailable("the audit log cannot be written", e);
        }
    }

    private AuditEvent sealed(AuditEvent event) {
        try {
            return personal.isPresent() ? personal.get().sealed(event) : event;
        } catch (UncheckedIOException e) {
            throw new AuditUnavailable("the keys of the audit log's people cannot be written", e);
        }
    }

    /**
     * Destroys the key of a person: from now on no record tells that it is about them, and all records verify as before.
     * What was made from records earlier must be made anew.
     *
     * @return what they are called in the lines; empty if no record is about them
     */
    public Optional<String> erase(String person) throws IOException {
        return people.isPresent() ? people.get().erase(person) : Optional.empty();
    }

    /** What a person is called in the lines; empty if no record is about them. */
    Optional<String> person(String name) {
        return people.flatMap(known -> known.knownToken(name));
    }

    private AuditRecord revealed(AuditRecord record) {
        return personal.isPresent() ? personal.get().revealed(record) : record;
    }

    /** All that a text may be in the lines of the log. */
    List<String> inLines(String text) {
        return personal.isPresent() ? personal.get().inLines(text) : List.of(text);
    }

    /** How many records are durable. What is being flushed is waited for. */
    public long size() {
        flushed.join();
        return files.size();
    }

    /** How far back the records reach; empty if none was retired. */
    public Optional<Horizon> horizon() {
        return horizon;
    }

    /** The first record that is there. */
    public long first() {
        return files.first();
    }

    /** For retiring what is in them. */
    AuditFiles files() {
        return files;
    }

    /** Returns when a checkpoint covers a record and is on the disk. */
    void settle(long sequence) throws IOException {
        prove(sequence);
        files.forceCheckpoints();
    }

    /** Takes it that the records which a record says are retired are gone. */
    void retire(long recordedAs) throws IOException {
        AuditRecord record = files.reader().record(recordedAs);
        horizon = Retirement.of(record).flatMap(retirement -> Horizon.of(record, retirement.until()));
    }

    /** Destroys the keys of people whom no record that is there names. */
    void forgetUnnamed() throws IOException {
        if (people.isEmpty()) {
            return;
        }
        Set<String> named = new HashSet<>();
        long next = files.reader().each(files.first(), line -> AuditPeople.named(line, named));
        long stamp = naming.writeLock();
        try {
            files.reader().each(next, line -> AuditPeople.named(line, named));
            people.get().keep(named);
        } finally {
            naming.unlockWrite(stamp);
        }
    }

    /** The public key its checkpoints are signed with. */
    public LogKey key() {
        return files.key();
    }

    /** What an export says of itself, as a signed note. */
    String manifest(String json) {
        return signed(ExportManifest.HEADING, json);
    }

    /** Something said in the log's name, as a signed note that {@link ExportManifest#verified} reads. */
    public String signed(String heading, String json) {
        return files.note(ExportManifest.text(heading, json));
    }

    /** A text of a line with the people in it, for those who may know who they are. */
    public String reveal(String text) {
        return personal.map(parts -> parts.shown(text)).orElse(text);
    }

    /** The newest checkpoint as the signed note it is in. */
    Optional<String> note() {
        return files.last().map(AuditFiles.Signed::note);
    }

    /** The newest checkpoint; empty before the first record is signed. */
    public Optional<Checkpoint> checkpoint() {
        return files.last().map(AuditFiles.Signed::checkpoint);
    }

    /**
     * One record.
     *
     * @throws AuditException.NotFound if there is none with that number
     */
    public AuditRecord read(long sequence) throws IOException {
        return revealed(files.reader().record(sequence));
    }

    /** The hash of a record's leaf. */
    Hash leaf(long sequence) throws IOException {
        return Hash.leaf(files.reader().line(sequence));
    }

    /** Up to {@code limit} durable records from {@code sequence} on; empty beyond the end. */
    public List<AuditRecord> readFrom(long sequence, int limit) throws IOException {
        return linesFrom(sequence, limit).stream().map(this::revealed).toList();
    }

    /** The same as they are in the lines, with no person in them. */
    public List<AuditRecord> linesFrom(long sequence, int limit) throws IOException {
        flushed.join();
        return files.reader().records(sequence, limit);
    }

    /**
     * A record with the proof that it is under a signed checkpoint. Waits for that checkpoint where it is yet to be
     * signed.
     *
     * @throws AuditException.NotFound if there is none with that number
     */
    public ProvenRecord prove(long sequence) throws IOException {
        if (sequence < 0 || sequence >= files.size()) {
            throw new AuditException.NotFound("the audit log has no record {0}", sequence);
        }
        long deadline = System.nanoTime() + checkpointNanos + PATIENCE.toNanos();
        while (true) {
            Optional<AuditFiles.Signed> signed = files.last();
            if (signed.isPresent() && signed.get().checkpoint().size() > sequence) {
                ProvenRecord proven = files.prove(sequence, signed.get());
                return new ProvenRecord(revealed(proven.record()), proven.line(), proven.proof(), proven.checkpoint());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("record " + sequence + " has no checkpoint yet; try again later");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /**
     * The proof that the checkpoint over {@code until} records only adds to the one over {@code from}.
     *
     * @throws AuditException.NotFound if so many have not been signed
     */
    public ConsistencyProof consistency(long from, long until) throws IOException {
        return files.consistency(from, until);
    }

    private void work() {
        try {
            run();
        } finally {
            closing = true;
            refuseWaiting();
        }
    }

    private void run() {
        long signed = System.nanoTime() - checkpointNanos;
        while (!closing || !queue.isEmpty()) {
            List<AppendQueue.Entry> batch = queue.take(files.unsigned() > 0 ? checkpointNanos : IDLE.toNanos());
            if (!batch.isEmpty()) {
                commit(batch);
            }
            boolean due = System.nanoTime() - signed >= checkpointNanos;
            if (files.unsigned() >= checkpointRecords || (due && files.unsigned() > 0)) {
                sign(due, false);
                signed = System.nanoTime();
            }
        }
        if (files.size() > 0) {
            sign(true, true);
        }
    }

    private void commit(List<AppendQueue.Entry> batch) {
        long started = System.nanoTime();
        try {
            long sequence = files.append(batch, () -> written(batch));
            queue.flushed(batch.size(), System.nanoTime() - started);
            for (AppendQueue.Entry entry : batch) {
                entry.sequence().complete(sequence++);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("audit log cannot be written, records={}", batch.size(), e);
            AuditUnavailable unavailable = new AuditUnavailable("the audit log cannot be written", e);
            batch.forEach(entry -> entry.refuse(unavailable));
            return;
        } catch (Error e) {
            batch.forEach(entry -> entry.refuse(e));
            throw e;
        } finally {
            flushed.complete(null);
        }
        files.grow();
    }

    private void written(List<AppendQueue.Entry> batch) {
        flushed = new CompletableFuture<>();
        batch.forEach(entry -> entry.written().complete(null));
    }

    private void sign(boolean force, boolean closed) {
        try {
            files.sign(force, closed);
            signingFails = false;
        } catch (IOException e) {
            if (!signingFails) {
                LOG.error("audit log cannot be signed; nothing is recorded until it can", e);
            }
            signingFails = true;
        }
    }

    private void refuseWaiting() {
        for (List<AppendQueue.Entry> late = queue.take(0); !late.isEmpty(); late = queue.take(0)) {
            late.forEach(entry -> entry.refuse(closed()));
        }
    }

    private static AuditUnavailable closed() {
        return new AuditUnavailable("the audit log is closed", new IllegalStateException("closed"));
    }

    /** Writes what waits, signs it, and lets go of the files. */
    @Override
    public void close() throws IOException {
        closing = true;
        queue.wake();
        boolean interrupted = false;
        while (appender.isAlive()) {
            try {
                appender.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        refuseWaiting();
        files.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
