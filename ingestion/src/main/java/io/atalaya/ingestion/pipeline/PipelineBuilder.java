package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.notify.WebhookAddress;
import io.atalaya.ingestion.pipeline.PipelineFile.RetriesPart;
import io.atalaya.ingestion.pipeline.PipelineFile.StagePart;
import io.atalaya.ingestion.pipeline.PipelineFile.TriggerPart;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.policies.yaml.YamlDocument;
import io.atalaya.policies.yaml.YamlProblem;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Makes a pipeline of what is written, or says what is wrong and where. */
final class PipelineBuilder {
    private final YamlDocument<PipelineFile> document;
    private final Parts parts;
    private final Path workspace;
    private final FilesBeside beside;

    PipelineBuilder(YamlDocument<PipelineFile> document, Path workspace, FilesBeside files) {
        this.document = document;
        this.parts = new Parts(document);
        this.workspace = workspace;
        this.beside = files;
    }

    Pipeline build() {
        PipelineFile file = document.value();
        String name = parts.name("name", file.name());
        String owner = parts.present("owner", file.owner());
        String runAs = parts.present("runAs", file.runAs());
        Retries retries = retries("retries", file.retries(), Retries.DEFAULT);
        List<StagePart> stageParts = parts.some("stages", file.stages());
        Map<String, Stage> byName = new LinkedHashMap<>();
        for (int i = 0; i < stageParts.size(); i++) {
            String path = "stages[" + i + "]";
            Stage stage = stage(path, stageParts.get(i), retries);
            if (byName.put(stage.name(), stage) != null) {
                throw document.problem(path + ".name", "there are two stages '" + stage.name() + "'");
            }
        }
        List<Stage> ordered = new StageOrder(document, byName).ordered();
        List<Trigger> triggers = new ArrayList<>();
        List<TriggerPart> triggerParts = Objects.requireNonNullElse(file.triggers(), List.of());
        for (int i = 0; i < triggerParts.size(); i++) {
            triggers.add(trigger("triggers[" + i + "]", triggerParts.get(i), byName));
        }
        PipelineSource none = new PipelineSource(workspace, document.file(), document.text(), new TreeMap<>());
        String description = Objects.requireNonNullElse(file.description(), "");
        return new Pipeline(
                name,
                description,
                owner,
                operators(file.operators()),
                runAs,
                purpose(file.purpose()),
                number("concurrency", file.concurrency(), 1, 1, 16),
                number("priority", file.priority(), 0, -100, 100),
                deadline(file.deadline()),
                triggers,
                ordered,
                none);
    }

    private Set<String> operators(@Nullable List<String> names) {
        List<String> operators = Objects.requireNonNullElse(names, List.of());
        if (operators.stream().anyMatch(name -> name == null || name.isBlank())) {
            throw document.problem("operators", "name users or profiles");
        }
        return new TreeSet<>(operators);
    }

    /** Whether there is such a purpose may change with the policies; one that is not there makes no grant count. */
    private Optional<String> purpose(@Nullable String text) {
        if (text != null && text.isBlank()) {
            throw document.problem("purpose", "name one of the purposes of policies, or leave the key out");
        }
        return Optional.ofNullable(text);
    }

    private Optional<Deadline> deadline(PipelineFile.@Nullable DeadlinePart part) {
        if (part == null) {
            return Optional.empty();
        }
        String at = parts.present("deadline.at", part.at());
        LocalTime time;
        try {
            time = LocalTime.parse(at);
        } catch (DateTimeException _) {
            throw document.problem("deadline.at", "'" + at + "' is no time of day such as 07:00");
        }
        Optional<URI> webhook = webhook("deadline.webhook", part.webhook());
        if (part.secret() != null && webhook.isEmpty()) {
            throw document.problem("deadline.secret", "a secret signs a webhook, and there is none");
        }
        return Optional.of(
                new Deadline(time, zone("deadline.zone", part.zone()), webhook, Optional.ofNullable(part.secret())));
    }

    private Optional<URI> webhook(String path, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(WebhookAddress.parse(text));
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    private ZoneId zone(String path, @Nullable String text) {
        try {
            return ZoneId.of(Objects.requireNonNullElse(text, "UTC"));
        } catch (DateTimeException _) {
            throw document.problem(path, "'" + text + "' is no time zone; write one such as Europe/Madrid");
        }
    }

    private int number(String path, @Nullable Integer given, int standard, int least, int most) {
        int value = Objects.requireNonNullElse(given, standard);
        if (value < least || value > most) {
            throw document.problem(path, "is a number from " + least + " to " + most);
        }
        return value;
    }

    private Stage stage(String path, StagePart part, Retries standard) {
        String name = parts.name(path + ".name", part.name());
        var needs = parts.names(path + ".needs", part.needs());
        Retries retries = retries(path + ".retries", part.retries(), standard);
        Object only = parts.one(
                path,
                new Parts.Choice("extract", part.extract()),
                new Parts.Choice("sql", part.sql()),
                new Parts.Choice("normalize", part.normalize()),
                new Parts.Choice("check", part.check()),
                new Parts.Choice("profile", part.profile()),
                new Parts.Choice("publish", part.publish()),
                new Parts.Choice("notify", part.notification()),
                new Parts.Choice("maintain", part.maintain()),
                new Parts.Choice("index", part.index()),
                new Parts.Choice("train", part.train()),
                new Parts.Choice("register", part.register()),
                new Parts.Choice("score", part.score()),
                new Parts.Choice("embed", part.embed()));
        return switch (only) {
            case PipelineFile.ExtractPart extract ->
                new Stage.Extract(name, needs, retries, source(path + ".extract", extract));
            case PipelineFile.SqlPart sql ->
                new SqlStageBuilder(document, beside).build(path + ".sql", name, needs, retries, sql);
            case PipelineFile.NormalizePart normalize ->
                new SqlStageBuilder(document, beside).build(path + ".normalize", name, needs, retries, normalize);
            case PipelineFile.CheckPart check -> check(path + ".check", name, needs, retries, check);
            case PipelineFile.ProfilePart profile -> {
                List<String> tables = parts.some(path + ".profile.tables", profile.tables());
                yield new Stage.Profile(
                        name,
                        needs,
                        retries,
                        tables.stream()
                                .map(table -> parts.table(path + ".profile.tables", table))
                                .toList());
            }
            case PipelineFile.MaintainPart maintain ->
                new MaintainBuilder(document).build(path + ".maintain", name, needs, retries, maintain);
            case PipelineFile.IndexPart index ->
                new Stage.Index(
                        name,
                        needs,
                        retries,
                        parts.table(path + ".index.table", index.table()),
                        parts.column(path + ".index.column", index.column()),
                        Objects.requireNonNullElse(index.metric(), Metric.COSINE));
            case PipelineFile.PublishPart publish ->
                new PublishBuilder(document, new SqlStageBuilder(document, beside))
                        .build(path + ".publish", name, needs, retries, publish);
            case PipelineFile.TrainPart train ->
                new ModelBuilder(document, new SqlStageBuilder(document, beside))
                        .train(path + ".train", name, needs, retries, train);
            case PipelineFile.RegisterPart register ->
                new ModelBuilder(document, new SqlStageBuilder(document, beside))
                        .register(path + ".register", name, needs, retries, register);
            case PipelineFile.ScorePart score ->
                new ModelBuilder(document, new SqlStageBuilder(document, beside))
                        .score(path + ".score", name, needs, retries, score);
            case PipelineFile.EmbedPart embed ->
                new ModelBuilder(document, new SqlStageBuilder(document, beside))
                        .embed(path + ".embed", name, needs, retries, embed);
            case PipelineFile.NotifyPart notify -> notification(path + ".notify", name, needs, retries, notify);
            default -> throw new IllegalStateException(only.toString());
        };
    }

    private Stage.Check check(
            String path, String name, Set<String> needs, Retries retries, PipelineFile.CheckPart part) {
        TableIdentifier table = parts.table(path + ".table", part.table());
        TableIdentifier quarantine = parts.quarantine(path + ".quarantine", part.quarantine(), table);
        return new Stage.Check(
                name,
                needs,
                retries,
                table,
                quarantine,
                new RuleBuilder(document).build(path + ".rules", part.rules()));
    }

    private Stage.Notify notification(
            String path, String name, Set<String> needs, Retries retries, PipelineFile.NotifyPart part) {
        Optional<URI> webhook = webhook(path + ".webhook", part.webhook());
        if (part.secret() != null && webhook.isEmpty()) {
            throw document.problem(path + ".secret", "a secret signs a webhook, and there is none");
        }
        return new Stage.Notify(
                name,
                needs,
                retries,
                parts.present(path + ".message", part.message()),
                part.to() == null ? Set.of() : Set.copyOf(part.to()),
                webhook,
                Optional.ofNullable(part.secret()),
                Optional.ofNullable(part.sns()).map(sns -> topic(path + ".sns", sns)),
                part.on() == null || part.on().isEmpty() ? Set.of(Stage.Notify.On.SUCCESS) : Set.copyOf(part.on()),
                Optional.ofNullable(part.rows())
                        .map(rows -> new Stage.Notify.Rows(
                                new SqlStageBuilder(document, beside).text(path + ".rows", rows.file(), rows.text()),
                                Optional.ofNullable(rows.database()))));
    }

    private Stage.Notify.Topic topic(String path, PipelineFile.SnsPart sns) {
        String arn = parts.present(path + ".topic", sns.topic());
        if (!arn.matches("arn:[^:]+:sns:[^:]*:[^:]*:[^:]+")) {
            throw document.problem(
                    path + ".topic", "'" + arn + "' is no topic such as arn:aws:sns:eu-west-1:123456789012:loads");
        }
        return new Stage.Notify.Topic(parts.name(path + ".cloud", sns.cloud()), arn);
    }

    private Retries retries(String path, @Nullable RetriesPart part, Retries standard) {
        if (part == null) {
            return standard;
        }
        try {
            return new Retries(
                    Objects.requireNonNullElse(part.attempts(), standard.attempts()),
                    Objects.requireNonNullElse(part.delay(), standard.delay()),
                    Objects.requireNonNullElse(part.factor(), standard.factor()),
                    Objects.requireNonNullElse(part.max(), standard.max()),
                    Optional.ofNullable(part.timeout()).or(standard::timeout));
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    private Source source(String path, PipelineFile.ExtractPart part) {
        Object kind = parts.one(
                path,
                new Parts.Choice("folder", part.folder()),
                new Parts.Choice("database", part.database()),
                new Parts.Choice("mqtt", part.mqtt()),
                new Parts.Choice("push", part.push()),
                new Parts.Choice("kafka", part.kafka()),
                new Parts.Choice("kinesis", part.kinesis()),
                new Parts.Choice("bucket", part.bucket()),
                new Parts.Choice("capture", part.capture()));
        FileDropBuilder files = new FileDropBuilder(document, workspace);
        return switch (kind) {
            case PipelineFile.DatabasePart _ -> new DatabaseTableBuilder(document).build(path, part);
            case PipelineFile.MqttPart _, PipelineFile.PushPart _ ->
                new MessagesBuilder(document, files).stream(path, part);
            case PipelineFile.CapturePart capture -> captured(path, part, capture);
            case PipelineFile.KinesisPart _ -> new MessagesBuilder(document, files).kinesis(path, part);
            case PipelineFile.KafkaPart _ -> new MessagesBuilder(document, files).kafka(path, part);
            default -> files.build(path, part);
        };
    }

    private CapturedTable captured(String path, PipelineFile.ExtractPart part, PipelineFile.CapturePart capture) {
        parts.only(
                path,
                List.of("capture", "every", "target", "partitioning"),
                "is for other sources, and this stage follows a table");
        TableIdentifier target = parts.table(path + ".target", part.target());
        return new CapturedTable(
                parts.name(path + ".capture.connection", capture.connection()),
                parts.present(path + ".capture.table", capture.table()),
                Objects.requireNonNullElse(part.every(), Duration.ofSeconds(5)),
                Objects.requireNonNullElse(capture.longest(), Duration.ofMinutes(10)),
                target,
                parts.quarantine(path + ".quarantine", null, target),
                Objects.requireNonNullElse(part.partitioning(), List.of()));
    }

    private static boolean takesFiles(@Nullable Stage stage) {
        return stage instanceof Stage.Extract extract
                && !(extract.source() instanceof DatabaseTable)
                && !(extract.source() instanceof KinesisStream)
                && !(extract.source() instanceof CapturedTable);
    }

    private Trigger trigger(String path, TriggerPart part, Map<String, Stage> stages) {
        parts.one(
                path,
                new Parts.Choice("cron", part.cron()),
                new Parts.Choice("arrival", part.arrival()),
                new Parts.Choice("snapshot", part.snapshot()));
        if (part.snapshot() != null) {
            return new Trigger.Snapshot(parts.table(path + ".snapshot", part.snapshot()));
        }
        if (part.arrival() != null) {
            if (!takesFiles(stages.get(part.arrival()))) {
                throw document.problem(
                        path + ".arrival",
                        "'" + part.arrival() + "' is no stage of this pipeline that files or messages come to",
                        stages.values().stream()
                                .filter(PipelineBuilder::takesFiles)
                                .map(Stage::name)
                                .toList());
            }
            return new Trigger.Arrival(part.arrival());
        }
        try {
            ZoneId zone = zone(path + ".zone", part.zone());
            String expression = parts.present(path + ".cron", part.cron());
            CronTable.check(expression);
            return new Trigger.Cron(expression, zone);
        } catch (YamlProblem e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw document.problem(path + ".cron", "'" + part.cron() + "' is no time table: " + e.getMessage());
        }
    }
}
