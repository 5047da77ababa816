package io.atalaya.ingestion;

import io.atalaya.ingestion.capture.CaptureExtraction;
import io.atalaya.ingestion.capture.FollowedTables;
import io.atalaya.ingestion.check.CheckStore;
import io.atalaya.ingestion.check.Gate;
import io.atalaya.ingestion.check.Quarantining;
import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.database.DatabaseExtraction;
import io.atalaya.ingestion.database.Databases;
import io.atalaya.ingestion.database.TablePublication;
import io.atalaya.ingestion.extract.DeliveryStore;
import io.atalaya.ingestion.extract.Extraction;
import io.atalaya.ingestion.extract.FileLoad;
import io.atalaya.ingestion.extract.Places;
import io.atalaya.ingestion.file.RawStorage;
import io.atalaya.ingestion.file.Room;
import io.atalaya.ingestion.kafka.KafkaClusters;
import io.atalaya.ingestion.kafka.KafkaExtraction;
import io.atalaya.ingestion.kafka.KafkaWatch;
import io.atalaya.ingestion.kinesis.KinesisExtraction;
import io.atalaya.ingestion.maintain.Maintenance;
import io.atalaya.ingestion.maintain.MaintenanceStore;
import io.atalaya.ingestion.maintain.Readers;
import io.atalaya.ingestion.message.MessageCommits;
import io.atalaya.ingestion.model.ModelReading;
import io.atalaya.ingestion.model.ModelRegistration;
import io.atalaya.ingestion.model.ModelStore;
import io.atalaya.ingestion.model.ModelTraining;
import io.atalaya.ingestion.model.ModelVersions;
import io.atalaya.ingestion.model.ModelWriting;
import io.atalaya.ingestion.model.ScoreFunction;
import io.atalaya.ingestion.model.Scoring;
import io.atalaya.ingestion.model.TextSearch;
import io.atalaya.ingestion.notify.News;
import io.atalaya.ingestion.notify.Notification;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.Embed;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.profile.ProfileStore;
import io.atalaya.ingestion.profile.Profiling;
import io.atalaya.ingestion.publish.Folders;
import io.atalaya.ingestion.publish.Publishing;
import io.atalaya.ingestion.run.Backfills;
import io.atalaya.ingestion.run.Deadlines;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.DryRuns;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunEngine;
import io.atalaya.ingestion.run.RunLoad;
import io.atalaya.ingestion.run.RunStore;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.ingestion.run.Scheduler;
import io.atalaya.ingestion.run.StageListener;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.run.Upstream;
import io.atalaya.ingestion.sql.Normalization;
import io.atalaya.ingestion.sql.Selection;
import io.atalaya.ingestion.stream.StreamExtraction;
import io.atalaya.ingestion.stream.Streams;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.ingestion.vector.Indexing;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.Compiler;
import io.atalaya.query.TextVectors;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.LineageStore;
import io.atalaya.query.write.Governance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/** Everything that fills tables: the pipelines, their runs, and what starts them. */
public final class Ingestion implements AutoCloseable {
    private final IngestionConfig config;
    private final Pipelines pipelines;
    private final Runs runs;
    private final Backfills backfills;
    private final DryRuns dryRuns;
    private final Deadlines deadlines;
    private final DeliveryStore deliveries;
    private final CheckStore checks;
    private final ProfileStore profiles;
    private final MaintenanceStore maintained;
    private final TextSearch texts;
    private final ModelVersions models;
    private final Targets targets;
    private final Scheduler scheduler;
    private final Notifier notifier;
    private final Streams streams;
    private final KafkaClusters clusters;
    private final Clouds clouds;
    private final KafkaWatch watch;
    private final Backlogs backlogs;
    private final FollowedTables followed;

    /** What ingestion asks and writes through. */
    public record Neighbours(
            Jdbi jdbi,
            Lakehouse lakehouse,
            Policies policies,
            TableAccess tables,
            Governance governance,
            Compiler compiler,
            AuditLog audit,
            LineageStore lineage,
            StageListener listener,
            People people) {}

    /** Ingestion over a migrated metadata database; nothing runs before {@link #start}. */
    public static Ingestion open(Neighbours neighbours, IngestionConfig config, Clock clock) {
        return open(neighbours, config, clock, _ -> {});
    }

    /**
     * The same, for tests of what happens when the process ends.
     *
     * @param steps hears of each point between two durable steps
     */
    public static Ingestion open(Neighbours neighbours, IngestionConfig config, Clock clock, StageWork.Steps steps) {
        return new Ingestion(neighbours, config, clock, steps);
    }

    private Ingestion(Neighbours by, IngestionConfig config, Clock clock, StageWork.Steps steps) {
        this.config = config;
        RawStorage raw = new RawStorage(config.rawStorage());
        swept(config, raw);
        pipelines = new Pipelines(by.jdbi(), clock);
        RunStore runStore = new RunStore(by.jdbi(), clock, config.runsEverywhere());
        deliveries = new DeliveryStore(by.jdbi(), clock);
        checks = new CheckStore(by.jdbi());
        profiles = new ProfileStore(by.jdbi());
        targets = new Targets(by.lakehouse(), by.policies(), by.tables(), by.governance(), by.lineage(), by.listener());
        Writes writes = new Writes(by.audit());
        FileLoad load = new FileLoad(by.lakehouse(), deliveries, raw, targets, writes, config.temp(), clock);
        clouds = new Clouds(config.sources().clouds());
        Extraction extraction = new Extraction(deliveries, raw, load, new Places(clouds, clock), clock, this::wake);
        Positions positions = new Positions(by.jdbi(), by.lakehouse().catalog());
        Databases known =
                new Databases(config.sources().databases(), config.sources().drivers());
        DatabaseExtraction databases = new DatabaseExtraction(known, by.lakehouse(), targets, writes, positions, clock);
        followed = new FollowedTables(by.jdbi(), pipelines, known);
        CaptureExtraction capture =
                new CaptureExtraction(known, followed, by.lakehouse(), targets, writes, positions, clock);
        streams = new Streams(config.sources().streams(), config.sources().brokers(), by.policies(), clock, this::wake);
        StreamExtraction messages = new StreamExtraction(streams, extraction);
        clusters = new KafkaClusters(config.sources().brokers());
        watch = new KafkaWatch(clusters, positions, targets, by.policies(), this::wake);
        backlogs = new Backlogs(watch, messages);
        MessageCommits commits = new MessageCommits(by.lakehouse(), targets, writes, positions, clock);
        KafkaExtraction kafka = new KafkaExtraction(clusters, watch, targets, positions, commits);
        KinesisExtraction kinesis = new KinesisExtraction(clouds, targets, positions, commits, clock);
        Selection selection = new Selection(by.lakehouse(), by.compiler(), targets, writes, positions, clock);
        Questions questions = new Questions(by.lakehouse(), by.compiler());
        Quarantining quarantining = new Quarantining(by.lakehouse(), questions, targets, writes, clock);
        Gate gate = new Gate(questions, targets, checks, quarantining, clock);
        Profiling profiling = new Profiling(questions, targets, profiles, clock);
        maintained = new MaintenanceStore(by.jdbi());
        Maintenance maintenance = new Maintenance(
                by.lakehouse(),
                targets,
                new Readers(by.lakehouse().catalog(), pipelines, positions),
                maintained,
                writes,
                clock);
        notifier = new Notifier(config.secrets(), config.privateWebhooks());
        Publishing publishing = new Publishing(
                by.lakehouse(),
                by.compiler(),
                new Folders(config.sources().folders()),
                new TablePublication(known),
                notifier,
                by.audit());
        ModelStore modelStore = new ModelStore(by.jdbi());
        models = new ModelVersions(by.lakehouse(), targets, modelStore);
        ModelWriting modelWriting = new ModelWriting(by.lakehouse(), targets, writes, modelStore, clock);
        ModelTraining training = new ModelTraining(by.lakehouse(), by.compiler(), targets, modelWriting);
        ModelRegistration registration = new ModelRegistration(by.lakehouse(), by.compiler(), modelWriting);
        ModelReading modelReading = new ModelReading(by.lakehouse(), by.compiler(), targets, by.policies());
        texts = new TextSearch(by.lakehouse(), by.compiler(), modelReading);
        Scoring scoring = new Scoring(
                by.lakehouse(),
                selection,
                modelReading,
                new ScoreFunction(by.lakehouse()),
                by.compiler(),
                targets,
                checks);
        Kinds kinds = new Kinds(
                new Room(config.temp()),
                extraction,
                databases,
                messages,
                kafka,
                kinesis,
                capture,
                selection,
                new Normalization(by.lakehouse(), by.compiler(), targets, writes),
                gate,
                profiling,
                maintenance,
                new Indexing(by.lakehouse(), targets),
                publishing,
                training,
                registration,
                scoring,
                new Notification(
                        notifier, by.people(), clouds, new News(by.compiler(), questions, by.policies(), by.jdbi())),
                by.listener());
        RunEngine engine = new RunEngine(runStore, by.policies(), by.audit(), kinds, steps);
        deadlines = new Deadlines(by.jdbi(), pipelines, notifier, by.people(), clock);
        scheduler = new Scheduler(
                pipelines,
                runStore,
                engine,
                new Arriving(by.policies(), streams, messages, extraction, watch),
                new Upstream(by.jdbi(), by.lakehouse().catalog(), by.tables(), by.policies()),
                deadlines,
                clock,
                config.poll(),
                config.runs());
        runs = new Runs(pipelines, runStore, by.policies(), scheduler::wake);
        dryRuns = new DryRuns(by.compiler(), targets, by.policies());
        backfills = new Backfills(runs, runStore, scheduler::wake);
    }

    private record Kinds(
            Room room,
            Extraction extraction,
            DatabaseExtraction databases,
            StreamExtraction messages,
            KafkaExtraction kafka,
            KinesisExtraction kinesis,
            CaptureExtraction capture,
            Selection selection,
            Normalization normalization,
            Gate gate,
            Profiling profiling,
            Maintenance maintenance,
            Indexing indexing,
            Publishing publishing,
            ModelTraining training,
            ModelRegistration registration,
            Scoring scoring,
            Notification notification,
            StageListener listener)
            implements RunEngine.StageKinds {
        @Override
        public Done run(StageWork work, Stage stage, Run run, boolean success) throws Exception {
            StageListener.Try one = new StageListener.Try(UUID.randomUUID(), work.run(), work.pipeline(), stage);
            listener.began(one);
            try {
                Done done = done(work, stage, run, success);
                listener.succeeded(one);
                return done;
            } catch (Exception e) {
                listener.failed(one);
                throw e;
            }
        }

        private Done done(StageWork work, Stage stage, Run run, boolean success) throws Exception {
            if (!(stage instanceof Stage.Notify)) {
                room.check();
            }
            return switch (stage) {
                case Stage.Extract extract ->
                    switch (extract.source()) {
                        case FileDrop drop -> extraction.run(work, drop);
                        case DatabaseTable table -> databases.run(work, table);
                        case MessageStream stream -> messages.run(work, stream);
                        case KafkaTopics topics -> kafka.run(work, topics);
                        case KinesisStream stream -> kinesis.run(work, stream);
                        case CapturedTable table -> capture.run(work, table);
                    };
                case Stage.Sql sql -> selection.run(work, sql);
                case Stage.Normalize normalize -> normalization.run(work, normalize);
                case Stage.Check check -> gate.run(work, check);
                case Stage.Profile profile -> profiling.run(work, profile);
                case Stage.Index index -> indexing.run(work, index);
                case Stage.Maintain maintain -> maintenance.run(work, maintain);
                case Stage.Publish publish -> publishing.run(work, publish);
                case Train train -> training.run(work, train);
                case Register register -> registration.run(work, register);
                case Score score -> scoring.run(work, score);
                case Embed embed -> scoring.run(work, embed);
                case Stage.Notify notify -> notification.run(work, notify, run, success);
            };
        }
    }

    private record Arriving(
            Policies policies, Streams streams, StreamExtraction messages, Extraction files, KafkaWatch watch)
            implements Scheduler.Sources {
        @Override
        public void listen(List<Pipeline> pipelines) {
            streams.listen(pipelines);
            watch.listen(pipelines);
        }

        @Override
        public boolean hasArrivals(Pipeline pipeline, Stage.Extract stage) {
            Principal principal = policies.current().principal(pipeline.runAs());
            return switch (stage.source()) {
                case FileDrop drop -> files.hasArrivals(pipeline, principal, stage.name(), drop);
                case MessageStream stream -> messages.hasArrivals(pipeline, principal, stage.name(), stream);
                case KafkaTopics _ -> watch.hasArrivals(pipeline.name(), stage.name());
                case DatabaseTable _, CapturedTable _, KinesisStream _ -> false;
            };
        }
    }

    /** Resumes what was under way when the process ended, and begins to work on what is due. */
    public void start() {
        scheduler.start(config.triggers(), config.onlyNode());
        if (config.triggers()) {
            followed.start();
        }
    }

    /** The pipelines as they were applied. */
    public Pipelines pipelines() {
        return pipelines;
    }

    /** Runs, as people see and steer them. */
    public Runs runs() {
        return runs;
    }

    /** Runs for the days of a range, as people ask for them. */
    public Backfills backfills() {
        return backfills;
    }

    /** What runs would do. */
    public DryRuns dryRuns() {
        return dryRuns;
    }

    /** By when pipelines must have run, and which have not. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** Files that were delivered. */
    public DeliveryStore deliveries() {
        return deliveries;
    }

    /** Results of quality gates. */
    public CheckStore checks() {
        return checks;
    }

    /** Profiles of columns. */
    public ProfileStore profiles() {
        return profiles;
    }

    /** What maintenance has done. */
    public MaintenanceStore maintained() {
        return maintained;
    }

    /** Texts as they are looked for among vectors. */
    public TextVectors texts() {
        return texts;
    }

    /** Which versions of models are in use. */
    public ModelVersions models() {
        return models;
    }

    /** The tables that workspaces and pipelines make. */
    public Targets targets() {
        return targets;
    }

    /** Tables of databases that stages follow. */
    public FollowedTables followed() {
        return followed;
    }

    /** Streams of messages. */
    public Streams streams() {
        return streams;
    }

    /** How many messages wait for stages. */
    public Backlogs backlogs() {
        return backlogs;
    }

    private void wake() {
        scheduler.wake();
    }

    /** How busy all are that work on runs. */
    public RunLoad load() {
        return scheduler.load();
    }

    /** How many runs are being worked on here. */
    public int running() {
        return scheduler.running();
    }

    /** Removes what an earlier process left half done. */
    private static void swept(IngestionConfig config, RawStorage raw) {
        Path temp = config.temp();
        try {
            if (config.onlyNode()) {
                raw.removeUnfinished();
            }
            if (Files.isDirectory(temp)) {
                try (Stream<Path> files = Files.walk(temp)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(temp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        streams.close();
        watch.close();
        followed.close();
        scheduler.close();
        clusters.close();
        clouds.close();
        notifier.close();
    }
}
