package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.notify.WebhookAddress;
import io.atalaya.ingestion.pipeline.PipelineFile.PublishPart;
import io.atalaya.ingestion.pipeline.Stage.Publish.Destination;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Makes a publication of what is written. */
final class PublishBuilder {
    private final YamlDocument<?> document;
    private final Parts parts;
    private final SqlStageBuilder sql;

    PublishBuilder(YamlDocument<?> document, SqlStageBuilder sql) {
        this.document = document;
        this.parts = new Parts(document);
        this.sql = sql;
    }

    Stage.Publish build(String path, String name, Set<String> needs, Retries retries, PublishPart part) {
        Object to = parts.one(
                path,
                new Parts.Choice("files", part.files()),
                new Parts.Choice("table", part.table()),
                new Parts.Choice("webhook", part.webhook()));
        return new Stage.Publish(
                name,
                needs,
                retries,
                sql.text(path, part.file(), part.text()),
                Optional.ofNullable(part.database()),
                switch (to) {
                    case PipelineFile.PublishFilesPart files -> files(path + ".files", files);
                    case PipelineFile.PublishTablePart table -> table(path + ".table", table);
                    case PipelineFile.PublishWebhookPart webhook -> webhook(path + ".webhook", webhook);
                    default -> throw new IllegalStateException(to.toString());
                });
    }

    private Destination files(String path, PipelineFile.PublishFilesPart part) {
        return new Destination.Files(
                parts.present(path + ".folder", part.folder()),
                parts.name(path + ".name", part.name()),
                parts.present(path + ".format", part.format()));
    }

    private Destination table(String path, PipelineFile.PublishTablePart part) {
        Destination.Filling mode = parts.present(path + ".mode", part.mode());
        List<String> key = Objects.requireNonNullElse(part.key(), List.of());
        if (key.isEmpty() == (mode == Destination.Filling.MERGE)) {
            throw document.problem(path + ".key", "is needed with mode MERGE, and only there");
        }
        return new Destination.Table(
                parts.present(path + ".connection", part.connection()),
                parts.present(path + ".name", part.name()),
                mode,
                key);
    }

    private Destination webhook(String path, PipelineFile.PublishWebhookPart part) {
        try {
            return new Destination.Webhook(
                    WebhookAddress.parse(parts.present(path + ".address", part.address())),
                    Optional.ofNullable(part.secret()));
        } catch (IllegalArgumentException e) {
            throw document.problem(path + ".address", String.valueOf(e.getMessage()));
        }
    }
}
