package io.atalaya.catalog.lineage;

import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageListener;
import io.atalaya.policies.GovernedTable;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.Origin;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What stages and statements do, as OpenLineage has it: each try of a stage is a run of the job {@code pipeline.stage}, with
 * the run of the pipeline as its parent; each statement is a run of a job named after its kind and its table. Tables are
 * {@code database.table}; what extract stages read is named as pipelines and settings name it. Values are in no event.
 */
public final class LineageEvents implements StageListener {
    private static final URI PRODUCER = URI.create("urn:atalaya");

    private final OpenLineage model = new OpenLineage(PRODUCER);
    private final String namespace;
    private final TableAccess tables;
    private final Clock clock;
    private final Flow.Listener first;
    private final Consumer<OpenLineage.RunEvent> out;

    /** What has flowed by the stage that this thread is at. */
    private static final ThreadLocal<List<Flow>> FLOWING = new ThreadLocal<>();

    /**
     * Events of that namespace.
     *
     * @param first hears of each flow before it is in an event
     */
    public LineageEvents(
            String namespace,
            TableAccess tables,
            Flow.Listener first,
            Clock clock,
            Consumer<OpenLineage.RunEvent> out) {
        this.first = first;
        this.namespace = namespace;
        this.tables = tables;
        this.clock = clock;
        this.out = out;
    }

    @Override
    public void flowed(Flow flow) {
        first.flowed(flow);
        switch (flow.by()) {
            case Flow.By.Stage _ -> {
                List<Flow> flows = FLOWING.get();
                if (flows != null) {
                    flows.add(flow);
                }
            }
            case Flow.By.Statement(var kind) -> {
                String job = "statement." + kind + "." + flow.target();
                OpenLineage.Run run = model.newRun(UUID.randomUUID(), null);
                out.accept(event(EventType.COMPLETE, run, job, List.of(), List.of(flow), Set.of(flow.target())));
            }
        }
    }

    @Override
    public void began(Try one) {
        FLOWING.set(new ArrayList<>());
        out.accept(event(EventType.START, run(one, null), job(one), sources(one), List.of(), Set.of()));
    }

    @Override
    public void succeeded(Try one) {
        List<Flow> flows = FLOWING.get();
        FLOWING.remove();
        out.accept(event(
                EventType.COMPLETE,
                run(one, null),
                job(one),
                sources(one),
                flows == null ? List.of() : flows,
                outputs(one)));
    }

    @Override
    public void failed(Try one) {
        FLOWING.remove();
        out.accept(event(
                EventType.FAIL,
                run(one, "The stage failed; its log says why"),
                job(one),
                sources(one),
                List.of(),
                Set.of()));
    }

    private List<OpenLineage.InputDataset> sources(Try one) {
        return one.stage() instanceof Stage.Extract extract
                ? Outside.of(one.pipeline(), one.stage(), extract.source()).stream()
                        .map(outside -> input(outside.namespace(), outside.name()))
                        .toList()
                : List.of();
    }

    private OpenLineage.InputDataset input(String space, String name) {
        return model.newInputDatasetBuilder().namespace(space).name(name).build();
    }

    private static Set<TableIdentifier> outputs(Try one) {
        return one.stage() instanceof Stage.Extract extract
                ? Set.of(extract.source().target())
                : Set.of();
    }

    private OpenLineage.Run run(Try one, @Nullable String error) {
        OpenLineage.RunFacetsBuilder facets = model.newRunFacetsBuilder()
                .parent(model.newParentRunFacetBuilder()
                        .run(model.newParentRunFacetRunBuilder()
                                .runId(one.run())
                                .build())
                        .job(model.newParentRunFacetJobBuilder()
                                .namespace(namespace)
                                .name(one.pipeline().name())
                                .build())
                        .build());
        if (error != null) {
            facets.errorMessage(model.newErrorMessageRunFacetBuilder()
                    .message(error)
                    .programmingLanguage("SQL")
                    .build());
        }
        return model.newRun(one.id(), facets.build());
    }

    private OpenLineage.RunEvent event(
            EventType type,
            OpenLineage.Run run,
            String job,
            List<OpenLineage.InputDataset> sources,
            List<Flow> flows,
            Set<TableIdentifier> outputs) {
        Set<String> read = new TreeSet<>();
        flows.forEach(flow -> flow.read().forEach(table -> read.add(table.name().toString())));
        Map<String, OpenLineage.OutputDataset> written = new TreeMap<>();
        outputs.forEach(name -> written.put(name.toString(), output(name, Map.of())));
        flows.forEach(flow -> written.put(flow.target().toString(), output(flow.target(), flow.columns())));
        return model.newRunEventBuilder()
                .eventType(type)
                .eventTime(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .run(run)
                .job(model.newJobBuilder().namespace(namespace).name(job).build())
                .inputs(Stream.concat(sources.stream(), read.stream().map(name -> input(namespace, name)))
                        .toList())
                .outputs(List.copyOf(written.values()))
                .build();
    }

    private OpenLineage.OutputDataset output(TableIdentifier name, Map<Integer, Set<Origin>> columns) {
        OpenLineage.DatasetFacetsBuilder facets = model.newDatasetFacetsBuilder();
        tables.table(name).ifPresent(table -> {
            facets.schema(model.newSchemaDatasetFacet(table.schema().columns().stream()
                    .map(column -> model.newSchemaDatasetFacetFieldsBuilder()
                            .name(column.name())
                            .type(column.type().toString())
                            .build())
                    .toList()));
            if (!columns.isEmpty()) {
                facets.columnLineage(columnLineage(table, columns));
            }
        });
        return model.newOutputDatasetBuilder()
                .namespace(namespace)
                .name(name.toString())
                .facets(facets.build())
                .build();
    }

    private OpenLineage.ColumnLineageDatasetFacet columnLineage(
            GovernedTable table, Map<Integer, Set<Origin>> columns) {
        OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields = model.newColumnLineageDatasetFacetFieldsBuilder();
        for (Types.NestedField column : table.schema().columns()) {
            Set<Origin> origins = columns.getOrDefault(column.fieldId(), Set.of());
            if (!origins.isEmpty()) {
                fields.put(
                        column.name(),
                        model.newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                                .inputFields(origins.stream()
                                        .map(origin -> model.newInputFieldBuilder()
                                                .namespace(namespace)
                                                .name(origin.table().name().toString())
                                                .field(origin.table().schema().findColumnName(origin.fieldId()))
                                                .build())
                                        .collect(Collectors.toList()))
                                .build());
            }
        }
        return model.newColumnLineageDatasetFacetBuilder()
                .fields(fields.build())
                .build();
    }

    private static String job(Try one) {
        return one.pipeline().name() + "." + one.stage().name();
    }
}
