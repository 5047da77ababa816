package io.atalaya.policies.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Policies;
import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

class PolicyTestsTest implements PolicyResolver {
    private static final String POLICIES = """
            profiles: {clerk: {}, boss: {}}
            purposes: {audit: {description: Yearly}}
            users: {ana: {profiles: clerk, attributes: {region: EU}}, ben: {profiles: boss}}
            tags: {pii: [none, high]}
            assignments:
              - {table: shop.orders, columns: {pii=high: email}}
            filters:
              own_region: {table: shop.orders, except: secret, rows: region = user.region}
            grants:
              - {to: {profile: clerk}, allow: SELECT, on: {table: shop.orders, filter: own_region}}
              - {to: {profile: boss}, allow: [SELECT, INSERT], on: {table: shop.orders}, until: 2026-07-01, purpose: audit}
              - {to: {profile: boss}, allow: CREATE_TABLE, on: {database: shop}}
            guards:
              emails: {on: {columnsTagged: {pii: high}}, mask: {showFirst: 1, minHidden: 3}, except: boss}
            """;

    private static final String THOROUGH = """
            tests:
              - as: {user: ana}
                on: shop.orders
                may: [SELECT, DESCRIBE]
                rows: region = 'EU'
                columns: {masked: {email: {showFirst: 1, minHidden: 3}}, hidden: secret, others: visible}
              - as: {user: ben, purpose: audit}
                on: shop.orders
                at: 2026-06-30
                may: [SELECT, INSERT, DESCRIBE]
                rows: all
                columns: {others: visible}
              - {as: {user: ben}, on: shop, may: [CREATE_TABLE, DESCRIBE]}
              - {as: {user: ben, purpose: audit}, on: shop.orders, at: 2026-07-01, may: []}
              - {as: {user: ben}, on: shop.orders, at: 2026-06-30, may: []}
              - {as: {profiles: []}, on: shop.orders, knows: false, may: []}
            """;

    private MetadataDatabase database;
    private Policies policies;

    @Override
    public Optional<UUID> database(Namespace name) {
        return Optional.of(UUID.nameUUIDFromBytes(name.toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<GovernedTable> table(TableIdentifier name) {
        Schema schema = new Schema(
                NestedField.required(1, "id", Types.LongType.get()),
                NestedField.optional(2, "region", Types.StringType.get()),
                NestedField.optional(3, "email", Types.StringType.get()),
                NestedField.optional(4, "secret", Types.StringType.get()));
        UUID uuid = UUID.nameUUIDFromBytes(name.toString().getBytes(StandardCharsets.UTF_8));
        return Optional.of(name)
                .filter(known -> known.name().equals("orders"))
                .map(known ->
                        new GovernedTable(uuid, database(name.namespace()).orElseThrow(), known, schema, Set.of()));
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        database = SqliteFiles.open(folder.resolve("metadata.db"));
        policies = new Policies(database.jdbi());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private PolicyTestReport run(String tests) {
        return policies.test(
                PolicySet.parse("shop", "shop.yaml", POLICIES),
                new PolicyTests(List.of(new StrictYaml().document("tests.yaml", tests, PolicyTestFile.class))),
                this);
    }

    private List<String> failures(String test) {
        return run("tests:\n  - " + test).outcomes().getFirst().failures();
    }

    @Test
    void tests_that_hold_say_so_and_leave_the_service_as_it_was() {
        long epoch = policies.current().epoch();
        PolicyTestReport report = run(THOROUGH);
        assertThat(report.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.failures()).isEmpty());
        assertThat(report.outcomes())
                .extracting(PolicyTestReport.Outcome::line, PolicyTestReport.Outcome::subject)
                .containsExactly(
                        tuple(2, "ana on shop.orders"),
                        tuple(7, "ben on shop.orders"),
                        tuple(13, "ben on shop"),
                        tuple(14, "ben on shop.orders"),
                        tuple(15, "ben on shop.orders"),
                        tuple(16, "somebody on shop.orders"));
        assertThat(policies.current().epoch()).isEqualTo(epoch);
        assertThat(policies.current().grantees()).isEmpty();
    }

    @Test
    void every_rule_is_missed_by_thorough_tests() {
        PolicyTestReport report = run(THOROUGH);
        assertThat(report.failed()).isZero();
        assertThat(report.unnoticed()).isEmpty();
    }

    @Test
    void rules_that_no_test_would_miss_are_named() {
        assertThat(run("tests: [{as: {user: ana}, on: shop.orders, may: [SELECT, DESCRIBE]}]")
                        .unnoticed())
                .contains(
                        "with all rows in filter own_region of shop.orders (shop.yaml:8)",
                        "with all columns in filter own_region of shop.orders (shop.yaml:8)",
                        "without guard emails (shop.yaml:14)",
                        "without the exception of boss in guard emails (shop.yaml:14)",
                        "without assignment pii of shop.orders.email (high) (shop.yaml:6)",
                        "without member ben in boss (shop.yaml:3)",
                        "without attribute region of ana (shop.yaml:3)")
                .noneMatch(rule -> rule.contains("ana in clerk"));
    }

    @Test
    void what_is_not_as_expected_is_told_with_what_it_is() {
        assertThat(failures("{as: {user: ana}, on: shop.orders, rows: all}"))
                .containsExactly("sees the rows \"region\" = 'EU', not all");
        assertThat(failures("{as: {user: ana, attributes: {region: US}}, on: shop.orders, rows: region = 'EU'}"))
                .containsExactly("sees the rows \"region\" = 'US', not \"region\" = 'EU'");
        assertThat(failures("{as: {user: ana}, on: shop.orders, columns: {others: visible}}"))
                .containsExactly(
                        "column email is masked by showFirst:1:3, not visible", "column secret is hidden, not visible");
        assertThat(
                        failures(
                                "{as: {user: ben, purpose: audit}, on: shop.orders, at: 2026-06-01, columns: {visible: [id, email]}}"))
                .containsExactly(
                        "says nothing of column region, which is visible; name it, or say what others are",
                        "says nothing of column secret, which is visible; name it, or say what others are");
        assertThat(failures("{as: {user: ben, purpose: audit}, on: shop.orders, at: 2026-07-01, rows: all}"))
                .singleElement()
                .asString()
                .startsWith("SELECT is denied: ");
        assertThat(failures("{as: {profiles: clerk}, on: shop.orders, knows: false, may: INSERT}"))
                .containsExactly("may know that it exists", "may [SELECT, DESCRIBE], not [INSERT]");
    }

    @Test
    void tables_that_are_not_there_wait() {
        assertThat(run("tests: [{as: {user: ana}, on: shop.later, knows: false}]")
                        .pending())
                .containsExactly("shop.later");
    }

    @Test
    void a_test_that_cannot_be_meant_is_refused_with_its_place() {
        assertThatThrownBy(() -> run("tests:\n  - {as: {user: ana}, on: shop.orders}"))
                .isInstanceOf(YamlProblem.class)
                .hasMessageContaining("tests.yaml:2")
                .hasMessageContaining("expects nothing");
        assertThatThrownBy(() -> run("tests:\n  - {as: {user: ana}, on: shop.orders, columns: {visible: nme}}"))
                .hasMessageContaining("no column 'nme'");
        assertThatThrownBy(() -> run("tests:\n  - {as: {}, on: shop.orders, knows: true}"))
                .hasMessageContaining("name a user or profiles");
        assertThatThrownBy(() -> run("tests:\n  - {as: {user: ana}, on: shop.orders, may: CREATE_TABLE}"))
                .hasMessageContaining("only what can be done with shop.orders");
        assertThatThrownBy(() -> run("tests:\n  - {as: {user: ana}, on: shop.orders, columns: {others: perhaps}}"))
                .hasMessageContaining("hidden, visible");
    }
}
