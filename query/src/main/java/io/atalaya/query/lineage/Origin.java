package io.atalaya.query.lineage;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.TagTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A column of a governed table that values come from. */
public record Origin(GovernedTable table, int fieldId) {
    /** What says where a database stands in the lake; it is about the place, not about the data. */
    private static final String ZONE = "zone";

    /** The column's name. */
    String name() {
        return Objects.requireNonNull(table.schema().findField(fieldId)).name();
    }

    /** Its tags as they go with its values to another place: all but the zone of the database it is in. */
    Map<String, String> tags(PolicySnapshot policies) {
        Map<String, String> tags = new TreeMap<>();
        policies.tags(table, fieldId).forEach((key, tag) -> {
            if (!(key.equals(ZONE) && tag.from() instanceof TagTarget.OfDatabase)) {
                tags.put(key, tag.tag().value());
            }
        });
        return tags;
    }

    /** The guards that hold for it. */
    List<Guard> guards(PolicySnapshot policies) {
        Map<String, String> tags = new HashMap<>();
        for (EffectiveTag tag : policies.tags(table, fieldId).values()) {
            tags.put(tag.tag().key(), tag.tag().value());
        }
        return policies.guards().stream()
                .filter(guard -> switch (guard.on()) {
                    case Guard.Selector.Tagged(var expression) -> expression.matches(tags);
                    case Guard.Selector.Columns(var _, var uuid, var columns) ->
                        uuid.equals(table.uuid()) && columns.contains(fieldId);
                    case Guard.Selector.Table(var _, var uuid) -> uuid.equals(table.uuid());
                    case Guard.Selector.Database(var uuid) -> uuid.equals(table.databaseUuid());
                })
                .toList();
    }

    @Override
    public String toString() {
        return "'" + name() + "' of " + table.name();
    }
}
