package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.Registration;
import io.atalaya.catalog.dataset.TypeNames;
import io.atalaya.catalog.http.Caller;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.tag.EffectiveTag;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Datasets as the REST API writes them. */
final class DatasetViews {
    private DatasetViews() {}

    /** A line of a list; {@code columns} counts those the caller may know of. */
    record Item(
            UUID uuid,
            String database,
            String name,
            String zone,
            Optional<String> owner,
            Optional<String> description,
            Map<String, String> tags,
            int columns,
            Optional<Instant> updatedAt,
            boolean certified,
            ItemAccess access,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Dataset.Match> matches) {}

    record ItemAccess(
            int columns,
            int all,
            int visible,
            int masked,
            int conditional,
            int hidden,
            boolean rowFilter,
            boolean select) {}

    record Items(List<Item> items, Optional<String> nextCursor, int total) {}

    record Page(
            UUID uuid,
            String database,
            String name,
            String zone,
            Optional<String> owner,
            Optional<String> description,
            Map<String, String> tags,
            int columns,
            Optional<Instant> updatedAt,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> location,
            String format,
            List<String> partitioning,
            List<Column> schema,
            PageAccess access,
            Optional<Freshness> freshness,
            Optional<Certified> certification,
            Edits edits) {}

    /** Who answers for it being fit for use, why, and until which day. */
    record Certified(Instant at, String person, String note, Optional<LocalDate> until) {}

    /**
     * What the caller may change in place.
     *
     * @param edition names what is said now, to be sent with a change of it
     * @param declared whether a workspace says it too, and says it again when it is applied
     */
    record Edits(boolean words, boolean owner, boolean certification, String edition, boolean declared) {}

    /** How old the newest data may be; {@code column} holds its time, and is named only to those who may know of it. */
    record Freshness(Optional<String> column, long withinSeconds) {}

    record Column(
            int id,
            String name,
            String type,
            boolean nullable,
            @Nullable String doc,
            Map<String, String> tags,
            AccessView.Column access) {}

    record PageAccess(
            boolean select, @Nullable String rows, List<AccessView.Because> because, AccessView.Counts summary) {}

    static Item item(DatasetSearch.Hit hit, Knowledge knowledge, PolicySnapshot policies, LocalDate today) {
        return item(hit.dataset(), hit.matches(), knowledge, policies, today);
    }

    static Item item(
            Dataset dataset,
            List<Dataset.Match> matches,
            Knowledge knowledge,
            PolicySnapshot policies,
            LocalDate today) {
        AccessView view = new AccessView(knowledge);
        AccessView.Counts counts = view.counts();
        return new Item(
                dataset.table().uuid(),
                dataset.databaseName(),
                dataset.name(),
                dataset.zone(),
                dataset.registration().owner(),
                dataset.description(),
                tags(policies.tags(dataset.table())),
                counts.all(),
                dataset.updatedAt(),
                dataset.isCertified(today),
                new ItemAccess(
                        counts.all(),
                        counts.all(),
                        counts.visible(),
                        counts.masked(),
                        counts.conditional(),
                        counts.hidden(),
                        view.filtersRows(),
                        knowledge.mayRead()),
                matches);
    }

    static Page page(
            Dataset dataset,
            Knowledge knowledge,
            Table table,
            PolicySnapshot policies,
            Caller caller,
            LocalDate today,
            Editing editing) {
        AccessView view = new AccessView(knowledge);
        return new Page(
                dataset.table().uuid(),
                dataset.databaseName(),
                dataset.name(),
                dataset.zone(),
                dataset.registration().owner(),
                dataset.description(),
                tags(policies.tags(dataset.table())),
                knowledge.columns().size(),
                dataset.updatedAt(),
                caller.administrator() ? Optional.of(table.location()) : Optional.empty(),
                "iceberg v" + formatVersion(table),
                partitioning(knowledge, table),
                knowledge.columns().stream()
                        .map(column -> new Column(
                                column.fieldId(),
                                column.name(),
                                TypeNames.trino(column.type()),
                                column.isOptional(),
                                column.doc(),
                                tags(policies.tags(dataset.table(), column.fieldId())),
                                view.column(column)))
                        .toList(),
                new PageAccess(knowledge.mayRead(), view.rows(), view.because(), view.counts()),
                dataset.registration().freshness().map(promised -> freshness(promised, knowledge)),
                dataset.certification()
                        .filter(last -> last.holds(today))
                        .map(last -> new Certified(last.at(), last.person(), last.note(), last.until())),
                new Edits(
                        editing.words(),
                        editing.owner(),
                        CertificationRoutes.may(caller, dataset.table(), policies),
                        Editing.edition(knowledge, table.schema(), dataset.registration()),
                        dataset.registration().workspace().isPresent()));
    }

    private static Freshness freshness(Registration.Freshness promised, Knowledge knowledge) {
        return new Freshness(
                promised.column()
                        .filter(name -> knowledge.columns().stream()
                                .anyMatch(column -> column.name().equals(name))),
                promised.within().toSeconds());
    }

    /** The partition fields whose source column may be known of. */
    private static List<String> partitioning(Knowledge knowledge, Table table) {
        return table.spec().fields().stream()
                .filter(field -> knowledge.columns().stream()
                        .anyMatch(column -> column.fieldId() == field.sourceId() || isInside(column, field.sourceId())))
                .map(field -> {
                    String source = table.schema().findColumnName(field.sourceId());
                    return field.transform().isIdentity() ? source : field.transform() + "(" + source + ")";
                })
                .toList();
    }

    private static boolean isInside(Types.NestedField column, int fieldId) {
        return column.type().isNestedType() && new org.apache.iceberg.Schema(column).findField(fieldId) != null;
    }

    private static int formatVersion(Table table) {
        return table instanceof org.apache.iceberg.BaseTable base
                ? base.operations().current().formatVersion()
                : 2;
    }

    private static Map<String, String> tags(SortedMap<String, EffectiveTag> tags) {
        Map<String, String> values = new TreeMap<>();
        tags.forEach((key, tag) -> values.put(key, tag.tag().value()));
        return values;
    }
}
