package io.atalaya.policies.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.mask.Mask;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example of {@code docs/policies.md}: five profiles over three zones of the complaints. */
class DefaultProfilesTest implements PolicyResolver {
    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "complaint_id", Types.StringType.get()),
            NestedField.optional(2, "date_received", Types.DateType.get()),
            NestedField.optional(3, "product", Types.StringType.get()),
            NestedField.optional(4, "company", Types.StringType.get()),
            NestedField.optional(5, "state", Types.StringType.get()),
            NestedField.optional(6, "zip", Types.StringType.get()),
            NestedField.optional(7, "narrative", Types.StringType.get()),
            NestedField.optional(8, "added_later", Types.StringType.get()));

    private MetadataDatabase database;
    private PolicySnapshot snapshot;

    @Override
    public Optional<UUID> database(Namespace name) {
        return Optional.of(UUID.nameUUIDFromBytes(name.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<GovernedTable> table(TableIdentifier name) {
        UUID uuid = UUID.nameUUIDFromBytes(name.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return Optional.of(new GovernedTable(uuid, database(name.namespace()).orElseThrow(), name, SCHEMA, Set.of()));
    }

    @BeforeEach
    void apply(@TempDir Path folder) throws Exception {
        database = SqliteFiles.open(folder.resolve("metadata.db"));
        Policies policies = new Policies(database.jdbi());
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("/policies/complaints.yaml"))
                .toURI());
        policies.apply(PolicySet.read("complaints", Objects.requireNonNull(file.getParent())), this);
        snapshot = policies.current();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Decision decide(String user, Permission permission, String table) {
        String[] parts = table.split("\\.", -1);
        return snapshot.decide(
                snapshot.principal(user),
                permission,
                table(TableIdentifier.of(parts[0], parts[1])).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        // zone, user, DESCRIBE, SELECT, INSERT
        "raw, analyst, false, false, false",
        "raw, ds, true, false, false",
        "raw, de, true, true, true",
        "raw, steward, true, false, false",
        "raw, auditor, true, false, false",
        "curated, analyst, true, true, false",
        "curated, ds, true, true, false",
        "curated, de, true, true, true",
        "curated, steward, true, false, false",
        "curated, auditor, true, false, false",
        "consumption, analyst, true, true, false",
        "consumption, ds, true, true, false",
        "consumption, de, true, true, true",
        "consumption, steward, true, false, false",
        "consumption, auditor, true, false, false",
    })
    void what_each_profile_may_do_in_each_zone(
            String zone, String user, boolean describe, boolean select, boolean insert) {
        String table = "complaints_" + zone + ".complaints";
        assertThat(decide(user, Permission.DESCRIBE, table) instanceof Decision.Allowed)
                .isEqualTo(describe);
        assertThat(decide(user, Permission.SELECT, table) instanceof Decision.Allowed)
                .isEqualTo(select);
        assertThat(decide(user, Permission.INSERT, table) instanceof Decision.Allowed)
                .isEqualTo(insert);
        assertThat(decide(user, Permission.DROP, table)).isInstanceOf(Decision.Denied.class);
    }

    private Map<String, Object> curated(String user) {
        Map<String, Object> columns = new TreeMap<>();
        Decision.Allowed decision = (Decision.Allowed) decide(user, Permission.SELECT, "complaints_curated.complaints");
        decision.columns()
                .forEach((id, access) -> columns.put(
                        Objects.requireNonNull(SCHEMA.findColumnName(id)),
                        switch (access) {
                            case ColumnAccess.Visible _ -> "visible";
                            case ColumnAccess.VisibleWhere _ -> "where";
                            case ColumnAccess.Hidden _ -> "hidden";
                            case ColumnAccess.Masked(var mask, var _, var _) -> mask;
                        }));
        return columns;
    }

    @Test
    void analysts_see_no_narrative_and_three_digits_of_the_zip() {
        assertThat(curated("analyst"))
                .containsEntry("narrative", "hidden")
                .containsEntry("zip", new Mask.ShowFirst(3, 2))
                .containsEntry("company", "visible")
                .containsEntry("product", "visible")
                .containsEntry("added_later", "hidden");
    }

    @Test
    void data_scientists_see_redacted_narratives_and_pseudonymous_companies() {
        assertThat(curated("ds"))
                .containsEntry("narrative", new Mask.RedactNumbers(4))
                .containsEntry("company", new Mask.Pseudonym("complaints-research"))
                .containsEntry("added_later", "hidden")
                .containsEntry("product", "visible");
    }

    @Test
    void data_engineers_see_everything() {
        assertThat(curated("de").values()).allMatch("visible"::equals);
    }
}
