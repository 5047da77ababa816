package io.atalaya.catalog;

import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.identity.IdentityConfig;
import io.atalaya.ingestion.IngestionConfig;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.query.execution.ExecutionConfig;

/** What the service's settings mean to its modules. */
final class ModuleSettings {
    private final ServerConfig config;

    ModuleSettings(ServerConfig config) {
        this.config = config;
    }

    MetadataDatabase database() {
        return switch (config.metadata()) {
            case ServerConfig.Metadata.Sqlite _ ->
                MetadataDatabase.sqlite(config.data().metadata());
            case ServerConfig.Metadata.Postgresql(var url, var user, var password) ->
                MetadataDatabase.postgresql(url, user, password);
        };
    }

    IdentityConfig identity() {
        IdentityConfig standard = IdentityConfig.DEFAULT;
        return new IdentityConfig(
                standard.passwordCost(),
                config.sessions().idle(),
                config.sessions().absolute(),
                standard.userLimit(),
                standard.sourceLimit());
    }

    LakehouseConfig lakehouse() {
        LakehouseConfig standard = LakehouseConfig.of(
                config.data().warehouse(), config.data().temp().resolve("engine"));
        return new LakehouseConfig(
                standard.warehouse(),
                standard.vectors(),
                standard.temp(),
                config.engine().threads(),
                config.engine().memoryBytes(),
                standard.tempLimitBytes(),
                standard.settings());
    }

    IngestionConfig ingestion() {
        IngestionConfig standard = IngestionConfig.in(config.data().root());
        return new IngestionConfig(
                config.data().raw(),
                standard.temp(),
                standard.poll(),
                standard.runs(),
                config.runs(),
                config.scheduler(),
                config.metadata() instanceof ServerConfig.Metadata.Sqlite,
                config.webhooks().privateAddresses(),
                config.webhooks().secrets(),
                config.sources());
    }

    ExecutionConfig execution() {
        ExecutionConfig standard = ExecutionConfig.standard(config.data().results());
        return new ExecutionConfig(
                standard.results(),
                config.queries().concurrent(),
                config.queries().queued(),
                config.queries().timeout(),
                config.queries().keepResults(),
                standard.keepHistory(),
                standard.maxResultBytes());
    }
}
