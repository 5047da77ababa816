package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.Embed;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.pipeline.RunDate;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.pipeline.Source;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.sql.SelectedRows;
import io.atalaya.ingestion.table.SchemaChange;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What runs would do: every SELECT is compiled and every permission asked, as the pipeline's principal, at this moment. Nothing
 * is read out of tables, and nothing written.
 */
public final class DryRuns {
    private final Compiler compiler;
    private final Targets targets;
    private final Policies policies;

    public DryRuns(Compiler compiler, Targets targets, Policies policies) {
        this.compiler = compiler;
        this.targets = targets;
        this.policies = policies;
    }

    /**
     * What each stage would do in a run of that day, in the order of the pipeline.
     *
     * @param asker is told of the tables behind views only what it may know of
     */
    public List<StagePlan> plan(Principal asker, Pipeline pipeline, LocalDate date) {
        Principal principal = policies.current().principal(pipeline.runAs()).to(pipeline.purpose());
        Set<TableIdentifier> made = new HashSet<>();
        List<StagePlan> plans = new ArrayList<>();
        for (Stage stage : pipeline.stages()) {
            plans.add(new Planning(asker, principal, date, made).plan(stage));
        }
        return plans;
    }

    /** One stage, after those that come before it. */
    private final class Planning {
        private final Principal asker;
        private final Principal principal;
        private final LocalDate date;
        private final Set<TableIdentifier> made;
        private final List<Sentence> reads = new ArrayList<>();
        private final List<String> writes = new ArrayList<>();
        private final List<Sentence> notes = new ArrayList<>();
        private final List<Sentence> problems = new ArrayList<>();

        Planning(Principal asker, Principal principal, LocalDate date, Set<TableIdentifier> made) {
            this.asker = asker;
            this.principal = principal;
            this.date = date;
            this.made = made;
        }

        StagePlan plan(Stage stage) {
            switch (stage) {
                case Stage.Extract extract -> extract(extract.source());
                case Stage.Sql sql -> {
                    select(sql.sql(), names(sql.database(), sql.target())).ifPresent(query -> fits(sql, query));
                    writes(
                            sql.target(),
                            sql.mode() instanceof Stage.Mode.Append
                                    ? Set.of(Permission.INSERT)
                                    : Set.of(Permission.INSERT, Permission.DELETE));
                    if (sql.mode() instanceof Stage.Mode.Merge merge) {
                        merge.window().ifPresent(window -> writes(window.late(), Set.of(Permission.INSERT)));
                    }
                }
                case Stage.Normalize normalize -> {
                    select(normalize.sql(), names(normalize.database(), normalize.target()));
                    writes(normalize.target(), Set.of(Permission.INSERT, Permission.DELETE));
                    normalize
                            .tables()
                            .values()
                            .forEach(table -> writes(table, Set.of(Permission.INSERT, Permission.DELETE)));
                }
                case Stage.Check check -> {
                    reads(check.table(), Permission.SELECT);
                    if (!check.quarantining().isEmpty()) {
                        writes(check.table(), Set.of(Permission.INSERT, Permission.DELETE));
                        writes(check.quarantine(), Set.of(Permission.INSERT));
                    }
                }
                case Stage.Profile profile -> profile.tables().forEach(table -> reads(table, Permission.SELECT));
                case Stage.Notify notification -> {
                    notification
                            .rows()
                            .ifPresent(
                                    rows -> select(rows.sql(), rows.database().map(Namespace::of)));
                    notification
                            .webhook()
                            .ifPresent(address -> notes.add(
                                    Sentence.of("Posts to {0}", address.getScheme() + "://" + address.getHost())));
                }
                case Stage.Publish publish -> {
                    select(publish.sql(), publish.database().map(Namespace::of));
                    notes.add(Sentence.of("Publishes to {0}", publish.to().place()));
                }
                case Stage.Index index -> {
                    writes.add(index.table().toString());
                    require(index.table(), Set.of(Permission.ALTER));
                }
                case Stage.Maintain maintain -> maintain.tables().forEach(this::maintains);
                case Train train -> {
                    select(train.sql(), names(train.database(), train.model()));
                    writes(train.model(), Set.of(Permission.INSERT, Permission.DELETE));
                    train.embeddings().forEach(table -> writes(table, Set.of(Permission.INSERT, Permission.DELETE)));
                }
                case Register register -> {
                    select(register.sql(), names(register.database(), register.model()));
                    writes(register.model(), Set.of(Permission.INSERT, Permission.DELETE));
                    try {
                        register.artifact().bytes();
                    } catch (IngestionException.BadStage e) {
                        problems.add(e.sentence());
                    }
                }
                case Embed embed -> scores(embed.score());
                case Score score -> scores(score);
            }
            return new StagePlan(stage.name(), stage.kind(), reads, writes, notes, problems);
        }

        private void scores(Score score) {
            select(
                    score.rows().sql(),
                    names(score.rows().database(), score.rows().target()));
            reads(score.model(), Permission.SELECT);
            Set<Permission> writing = score.rows().mode() instanceof Stage.Mode.Append
                    ? Set.of(Permission.INSERT)
                    : Set.of(Permission.INSERT, Permission.DELETE);
            writes(score.rows().target(), writing);
            score.review().ifPresent(review -> writes(review.target(), writing));
        }

        private void extract(Source source) {
            reads.add(from(source));
            if (source instanceof FileDrop drop
                    && drop.place() instanceof FileDrop.Place.Folder(var folder)
                    && !Files.isDirectory(folder)) {
                notes.add(Sentence.of("The folder is not there yet"));
            }
            writes(source.target(), Set.of(Permission.INSERT));
            // It is made only when there are rows to put aside.
            if (targets.find(source.quarantine()).isPresent()) {
                writes(source.quarantine(), Set.of(Permission.INSERT));
            }
        }

        private static Sentence from(Source source) {
            return switch (source) {
                case FileDrop drop ->
                    switch (drop.place()) {
                        case FileDrop.Place.Folder _ -> Sentence.of("files {0} delivered to a folder", drop.files());
                        case FileDrop.Place.Bucket bucket ->
                            Sentence.of("files {0} of bucket {1} of {2}", drop.files(), bucket.name(), bucket.cloud());
                    };
                case KinesisStream stream -> Sentence.of("stream {0} of {1}", stream.stream(), stream.cloud());
                case DatabaseTable table -> Sentence.of("table {0} of database {1}", table.table(), table.connection());
                case CapturedTable table ->
                    Sentence.of("changes of table {0} of database {1}", table.table(), table.connection());
                case KafkaTopics topics -> Sentence.of("topics {0} of {1}", topics.topics(), topics.broker());
                case MessageStream _ -> Sentence.of("messages");
            };
        }

        /** Where names without a database are looked up. */
        private static Optional<Namespace> names(Optional<String> database, TableIdentifier target) {
            return Optional.of(Namespace.of(database.orElse(target.namespace().level(0))));
        }

        /** What the SELECT gives; empty if that cannot be said. */
        private Optional<CompiledQuery> select(String sql, Optional<Namespace> database) {
            RunDate text = RunDate.in(sql);
            try {
                CompiledQuery query = compiler.compile(principal, text.text(), database, text.values(date));
                query.inputs().stream()
                        .map(CompiledQuery.Input::name)
                        .distinct()
                        .filter(this::isKnown)
                        .forEach(this::reads);
                return Optional.of(query);
            } catch (QueryException e) {
                String why = String.valueOf(e.getMessage());
                Optional<TableIdentifier> later = made.stream()
                        .filter(table -> why.contains(table.name()))
                        .findFirst();
                if (e instanceof QueryException.NotFound && later.isPresent()) {
                    reads(later.get());
                    notes.add(Sentence.of(
                            "Can be checked when {0} is there, which a stage before it makes", later.get()));
                } else {
                    problems.add(e.sentence());
                }
                return Optional.empty();
            }
        }

        /** What it gives must be rows, and get into the columns that are there. */
        private void fits(Stage.Sql sql, CompiledQuery query) {
            try {
                SelectedRows.require(sql.name(), query);
                SchemaChange.selected(targets.find(sql.target()), query.fields())
                        .require(sql.target(), Sentence.of("stage '{0}'", sql.name()));
            } catch (IngestionException.BadStage e) {
                problems.add(e.sentence());
            }
        }

        private boolean isKnown(TableIdentifier name) {
            return targets.find(name)
                    .filter(table -> policies.current().mayDescribe(asker, table))
                    .isPresent();
        }

        private void reads(TableIdentifier name) {
            reads.add(Sentence.of("{0}", name));
        }

        private void reads(TableIdentifier name, Permission permission) {
            reads(name);
            require(name, Set.of(permission));
        }

        private void writes(TableIdentifier name, Set<Permission> permissions) {
            writes.add(name.toString());
            if (targets.find(name).isEmpty() && made.add(name)) {
                try {
                    targets.requireCreate(principal, name);
                    notes.add(Sentence.of("Makes table {0}", name));
                } catch (IngestionException e) {
                    problems.add(e.sentence());
                }
            } else {
                require(name, permissions);
            }
        }

        private void maintains(String pattern) {
            writes.add(pattern);
            if (!pattern.contains("*") && !pattern.contains("?")) {
                require(TableIdentifier.parse(pattern), Set.of(Permission.ALTER));
            }
        }

        /** A table that is there must be open to the principal; one that is not must be made before. */
        private void require(TableIdentifier name, Set<Permission> permissions) {
            Optional<GovernedTable> table = targets.find(name);
            if (table.isEmpty()) {
                if (!made.contains(name)) {
                    problems.add(Sentence.of("There is no table {0}", name));
                }
                return;
            }
            try {
                targets.require(principal, table.get(), permissions);
            } catch (IngestionException.NotAllowed e) {
                problems.add(e.sentence());
            }
        }
    }
}
