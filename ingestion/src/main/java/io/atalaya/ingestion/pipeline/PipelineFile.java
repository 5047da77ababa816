package io.atalaya.ingestion.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.atalaya.ingestion.pipeline.Rule.OnFailure;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.models.Task;
import io.atalaya.models.Training;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A pipeline as people write it: any part may be missing. {@code docs/pipelines.md} explains each key. */
public record PipelineFile(
        @Nullable String name,
        @Nullable String description,
        @Nullable String owner,
        @Nullable List<String> operators,
        @Nullable String runAs,
        @Nullable String purpose,
        @Nullable Integer concurrency,
        @Nullable Integer priority,
        @Nullable DeadlinePart deadline,
        @Nullable List<TriggerPart> triggers,
        @Nullable RetriesPart retries,
        @Nullable List<StagePart> stages) {

    /** Exactly one of {@code cron}, {@code arrival} and {@code snapshot}. */
    public record TriggerPart(
            @Nullable String cron,
            @Nullable String zone,
            @Nullable String arrival,
            @Nullable String snapshot) {}

    /** By when a run must be over. */
    public record DeadlinePart(
            @Nullable String at,
            @Nullable String zone,
            @Nullable String webhook,
            @Nullable String secret) {}

    /** How often to try. */
    public record RetriesPart(
            @Nullable Integer attempts,
            @Nullable Duration delay,
            @Nullable Double factor,
            @Nullable Duration max,
            @Nullable Duration timeout) {}

    /** Exactly one of the kinds. */
    public record StagePart(
            @Nullable String name,
            @Nullable List<String> needs,
            @Nullable RetriesPart retries,
            @Nullable ExtractPart extract,
            @Nullable SqlPart sql,
            @Nullable NormalizePart normalize,
            @Nullable CheckPart check,
            @Nullable ProfilePart profile,
            @Nullable PublishPart publish,
            @Nullable @JsonProperty("notify") NotifyPart notification,
            @Nullable MaintainPart maintain,
            @Nullable IndexPart index,
            @Nullable TrainPart train,
            @Nullable RegisterPart register,
            @Nullable ScorePart score,
            @Nullable EmbedPart embed) {}

    /**
     * A file drop, in a folder or a {@code bucket}, or with {@code database}, {@code mqtt}, {@code push}, {@code kafka}, {@code kinesis}
     * or {@code capture} what that says.
     */
    public record ExtractPart(
            @Nullable DatabasePart database,
            @Nullable MqttPart mqtt,
            @Nullable PushPart push,
            @Nullable KafkaPart kafka,
            @Nullable KinesisPart kinesis,
            @Nullable CapturePart capture,
            @Nullable BucketPart bucket,
            @Nullable Duration every,
            @Nullable String folder,
            @Nullable String files,
            FileDrop.@Nullable Format format,
            @Nullable String target,
            @Nullable String quarantine,
            @Nullable String maxRejects,
            @Nullable Duration settle,
            @Nullable List<String> columns,
            @Nullable Map<String, TypedPart> typed,
            @Nullable List<String> required,
            @Nullable List<DialectPart> dialects,
            @Nullable List<String> partitioning,
            @Nullable String members,
            @Nullable String records,
            @Nullable String sheet,
            @Nullable String table,
            FileDrop.@Nullable Product product,
            @Nullable Integer perRun,
            @Nullable Map<String, String> fromName) {
        /** The drop of the files that messages are gathered in. */
        ExtractPart gathered() {
            return new ExtractPart(
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    "streams",
                    "*.jsonl",
                    FileDrop.Format.JSONL,
                    target,
                    quarantine,
                    Objects.requireNonNullElse(maxRejects, "100%"),
                    Duration.ZERO,
                    columns,
                    typed,
                    required,
                    dialects,
                    partitioning,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /** Messages of a broker. */
    public record MqttPart(
            @Nullable String broker, @Nullable String topic) {}

    /** Messages that are posted. */
    public record PushPart(@Nullable List<String> from) {}

    /** Topics of Kafka. */
    public record KafkaPart(
            @Nullable String broker,
            @Nullable List<String> topics,
            KafkaTopics.@Nullable Start start,
            KafkaTopics.@Nullable OnLoss onLoss) {}

    /** A stream of Kinesis. */
    public record KinesisPart(
            @Nullable String cloud,
            @Nullable String stream,
            KafkaTopics.@Nullable Start start,
            KafkaTopics.@Nullable OnLoss onLoss) {}

    /** A bucket that files are put into. */
    public record BucketPart(
            @Nullable String cloud,
            @Nullable String name,
            @Nullable String prefix) {}

    /** A table of a database that is followed by its log. */
    public record CapturePart(
            @Nullable String connection,
            @Nullable String table,
            @Nullable Duration longest) {}

    /** A table of a database. */
    public record DatabasePart(
            @Nullable String connection,
            @Nullable String table,
            @Nullable List<String> columns,
            @Nullable Map<String, String> rename,
            @Nullable String by,
            @Nullable Duration overlap,
            @Nullable List<String> key,
            @Nullable SplitPart split) {}

    /** Ranges of a column, read at once. */
    public record SplitPart(@Nullable String by, @Nullable Integer parts) {}

    /** A typed column. */
    public record TypedPart(
            @Nullable List<String> from, @Nullable String type) {}

    /** How one kind of file is written. */
    public record DialectPart(
            @Nullable String name,
            @Nullable List<String> match,
            @Nullable Boolean header,
            @Nullable List<String> names,
            @Nullable String preamble,
            @Nullable String encoding,
            @Nullable String delimiter,
            @Nullable String quote,
            @Nullable Map<String, String> columns,
            @Nullable List<String> ignore,
            @Nullable List<String> nulls,
            Dialect.@Nullable Ragged ragged,
            Dialect.@Nullable Unknown unknown,
            @Nullable List<String> dates,
            @Nullable List<String> timestamps,
            @Nullable Boolean decimalComma) {}

    /** A SELECT; exactly one of {@code file} and {@code text}. */
    public record SqlPart(
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable String target,
            @Nullable SqlMode mode,
            @Nullable List<String> key,
            @Nullable String order,
            @Nullable String dateColumn,
            @Nullable String newRowsOf,
            @Nullable WindowPart window,
            @Nullable List<String> tracked,
            @Nullable Deletes deletes,
            @Nullable List<String> partitioning) {}

    /** A SELECT with nested columns; exactly one of {@code file} and {@code text}. */
    public record NormalizePart(
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable List<String> key,
            @Nullable String target,
            @Nullable Map<String, String> tables,
            @Nullable String newRowsOf) {}

    /** How late a row may come that is merged. */
    public record WindowPart(
            @Nullable String column,
            @Nullable Duration length,
            @Nullable String late) {}

    /** What the SELECT does to its table. */
    public enum SqlMode {
        APPEND,
        OVERWRITE,
        MERGE,
        HISTORY
    }

    /** What becomes of a version whose key is no longer among the rows. */
    public enum Deletes {
        KEEP,
        END
    }

    /** Rules for a table. */
    public record CheckPart(
            @Nullable String table,
            @Nullable String quarantine,
            @Nullable List<RulePart> rules) {}

    /** Exactly one of the conditions. */
    public record RulePart(
            @Nullable String name,
            @Nullable OnFailure onFailure,
            @Nullable String threshold,
            @Nullable List<String> notNull,
            @Nullable List<String> unique,
            @Nullable AcceptedPart accepted,
            @Nullable RangePart range,
            @Nullable String holds,
            @Nullable String count,
            @Nullable RowCountPart rowCount,
            @Nullable FreshnessPart freshness,
            @Nullable TrendPart trend) {}

    /** How many rows a table may have. */
    public record RowCountPart(
            @Nullable Long from, @Nullable Long to) {}

    /** How old the newest row may be. */
    public record FreshnessPart(
            @Nullable String column, @Nullable Duration within) {}

    /** How far a rule may be from what it was. */
    public record TrendPart(
            @Nullable String within,
            @Nullable Integer runs,
            @Nullable Integer atLeast) {}

    /** The values a column may have. */
    public record AcceptedPart(
            @Nullable String column, @Nullable List<String> values) {}

    /** The least and the greatest value a column may have, as literals of SQL. */
    public record RangePart(
            @Nullable String column,
            @Nullable String from,
            @Nullable String to) {}

    /** Tables to look at. */
    public record ProfilePart(@Nullable List<String> tables) {}

    /** Tables to keep in shape; all that can be done without any of the tasks. */
    public record MaintainPart(
            @Nullable List<String> tables,
            @Nullable CompactPart compact,
            @Nullable Boolean manifests,
            @Nullable ExpirePart expire,
            @Nullable OrphansPart orphans) {}

    /** When small files are written anew, how much at once, and for how long. */
    public record CompactPart(
            @Nullable Integer minFiles,
            @Nullable Integer portionMiB,
            @Nullable Duration within) {}

    /** Which snapshots go. */
    public record ExpirePart(
            @Nullable Duration olderThan, @Nullable Integer keep) {}

    /** Which files go that no snapshot names. */
    public record OrphansPart(@Nullable Duration olderThan) {}

    /** A column of vectors to index. */
    public record IndexPart(
            @Nullable String table,
            @Nullable String column,
            @Nullable Metric metric) {}

    /** A SELECT, and exactly one of {@code files}, {@code table} and {@code webhook}. */
    public record PublishPart(
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable PublishFilesPart files,
            @Nullable PublishTablePart table,
            @Nullable PublishWebhookPart webhook) {}

    /** Files below a folder of the server's settings. */
    public record PublishFilesPart(
            @Nullable String folder, @Nullable String name, Stage.Publish.Destination.@Nullable Format format) {}

    /** A table of a database of the server's settings. */
    public record PublishTablePart(
            @Nullable String connection,
            @Nullable String name,
            Stage.Publish.Destination.@Nullable Filling mode,
            @Nullable List<String> key) {}

    /** An address that rows are posted to. */
    public record PublishWebhookPart(
            @Nullable String address, @Nullable String secret) {}

    /** A model of the rows of a SELECT. */
    public record TrainPart(
            @Nullable Task task,
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable String model,
            @Nullable String label,
            @Nullable List<String> texts,
            @Nullable String time,
            @Nullable String group,
            @Nullable String naive,
            Training.@Nullable Method method,
            @Nullable Long seed,
            @Nullable Integer dimensions,
            @Nullable EvaluatePart evaluate,
            @Nullable PromotePart promote,
            @Nullable EmbeddingsPart embeddings) {}

    /** A model that was made elsewhere. */
    public record RegisterPart(
            @Nullable String artifact,
            @Nullable Task task,
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable String model,
            @Nullable String label,
            @Nullable List<String> inputs,
            @Nullable List<String> texts,
            @Nullable List<String> classes,
            @Nullable String naive,
            @Nullable PromotePart promote) {}

    /** Tables for what is learned of users and items. */
    public record EmbeddingsPart(
            @Nullable String users, @Nullable String items) {}

    /** How a model is held against rows it has not learned from. */
    public record EvaluatePart(
            @Nullable SplitBy split,
            @Nullable Integer folds,
            @Nullable Double holdout) {}

    /** How rows are divided. */
    public enum SplitBy {
        RANDOM,
        TIME,
        GROUP
    }

    /** When a version is put to use. */
    public record PromotePart(
            @Nullable Map<String, Double> atLeast,
            @Nullable Map<String, Double> atMost,
            @Nullable Approval approval) {}

    /** Who decides that. */
    public enum Approval {
        AUTOMATIC,
        REQUIRED
    }

    /** What a model says of the rows of a SELECT. */
    public record ScorePart(
            @Nullable String model,
            @Nullable Long version,
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable String target,
            @Nullable SqlMode mode,
            @Nullable List<String> key,
            @Nullable String newRowsOf,
            @Nullable List<String> partitioning,
            @Nullable List<String> exclude,
            @Nullable ScoreColumnsPart columns,
            @Nullable ReviewPart review,
            @Nullable DriftPart drift) {
        /** The SELECT and what it does to its table. */
        SqlPart rows() {
            return new SqlPart(
                    file, text, database, target, mode, key, null, null, newRowsOf, null, null, null, partitioning);
        }
    }

    /** The vectors that a model gives the rows of a SELECT. */
    public record EmbedPart(
            @Nullable String model,
            @Nullable Long version,
            @Nullable String file,
            @Nullable String text,
            @Nullable String database,
            @Nullable String target,
            @Nullable SqlMode mode,
            @Nullable List<String> key,
            @Nullable String newRowsOf,
            @Nullable List<String> partitioning,
            @Nullable List<String> exclude,
            @Nullable EmbedColumnsPart columns,
            @Nullable DriftPart drift) {
        /** The same as what a model says of them. */
        ScorePart score() {
            EmbedColumnsPart names = columns == null ? new EmbedColumnsPart(null, null) : columns;
            return new ScorePart(
                    model,
                    version,
                    file,
                    text,
                    database,
                    target,
                    mode,
                    key,
                    newRowsOf,
                    partitioning,
                    exclude,
                    new ScoreColumnsPart(
                            Objects.requireNonNullElse(names.vector(), "embedding"), null, names.version()),
                    null,
                    drift);
        }
    }

    /** The names of the columns of vectors. */
    public record EmbedColumnsPart(
            @Nullable String vector, @Nullable String version) {}

    /** The names of the columns that rows are given. */
    public record ScoreColumnsPart(
            @Nullable String label,
            @Nullable String confidence,
            @Nullable String version) {}

    /** Rows somebody should look at. */
    public record ReviewPart(
            @Nullable Double below, @Nullable String target) {}

    /** How far rows may be from those a model has learned from. */
    public record DriftPart(@Nullable Double warn, @Nullable Double fail) {}

    /** A word to whoever wants to know. */
    public record NotifyPart(
            @Nullable String message,
            @Nullable List<String> to,
            @Nullable String webhook,
            @Nullable String secret,
            @Nullable SnsPart sns,
            @Nullable List<Stage.Notify.On> on,
            @Nullable NotifyRowsPart rows) {}

    /** A SELECT whose new rows are told of. */
    public record NotifyRowsPart(
            @Nullable String file,
            @Nullable String text,
            @Nullable String database) {}

    /** A topic of SNS. */
    public record SnsPart(@Nullable String cloud, @Nullable String topic) {}
}
