package io.atalaya.policies.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.yaml.YamlProblem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
    private static final String BASE = """
            profiles: {analyst: {}, steward: {}}
            tags: {pii: [none, high]}
            filters:
              eu: {table: shop_curated.orders, rows: region = 'EU'}
            """;

    private static List<PolicyItem> bind(String text) {
        return Binder.bind(PolicySet.parse("shop", "p.yaml", BASE + text), new Lake(), PolicyState.EMPTY)
                .items();
    }

    private static Grant grant(String text) {
        String named = "purposes: {churn: {description: Who will leave}}\ntagExpressions: {open: {pii: none}}\n";
        return bind(named + "grants:\n  - " + text + "\n").stream()
                .filter(PolicyItem.OfGrant.class::isInstance)
                .map(item -> ((PolicyItem.OfGrant) item).grant())
                .findFirst()
                .orElseThrow();
    }

    private static Guard guard(String text) {
        return bind("guards:\n  g: " + text + "\n").stream()
                .filter(PolicyItem.OfGuard.class::isInstance)
                .map(item -> ((PolicyItem.OfGuard) item).guard())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{catalog: true}                                   ; CREATE_DATABASE ; catalog",
                "{database: shop_curated}                          ; CREATE_TABLE ; database/00000000-0000-0001-0000-000000000001",
                "{tablesOf: shop_curated}                          ; SELECT ; tables/00000000-0000-0001-0000-000000000001",
                "{table: shop_curated.orders}                      ; SELECT ; table/00000000-0000-0001-0000-000000000001/00000000-0000-0002-0000-000000000001",
                "{table: shop_curated.orders, columns: [b, a]}     ; SELECT ; columns/00000000-0000-0001-0000-000000000001/00000000-0000-0002-0000-000000000001/include:1,2",
                "{table: shop_curated.orders, except: a}           ; SELECT ; columns/00000000-0000-0001-0000-000000000001/00000000-0000-0002-0000-000000000001/exclude:1",
                "{tablesTagged: {PII: High}}                       ; SELECT ; tagged/TABLE/pii=high",
                "{databasesTagged: {pii: [high, none]}}            ; DESCRIBE ; tagged/DATABASE/pii=high|none",
                "{tablesTaggedAs: open}                            ; SELECT ; tagged-as/TABLE/open",
                "{databasesTaggedAs: open}                         ; DESCRIBE ; tagged-as/DATABASE/open",
                "{location: 's3://lake/shop/'}                     ; DATA_LOCATION_ACCESS ; location/s3://lake/shop/",
            })
    void grants_on_every_kind_of_resource(String on, Permission permission, String resource) {
        Grant grant = grant("{to: {profile: analyst}, allow: " + permission + ", on: " + on + "}");
        assertThat(grant.resource().text()).isEqualTo(resource);
        assertThat(grant.permissions()).containsExactly(permission);
    }

    @Test
    void grants_have_validity_purpose_and_a_stable_id() {
        String text =
                "{to: {user: ana}, allow: [SELECT], grantable: SELECT, on: {table: shop_curated.orders, filter: eu}, "
                        + "from: 2026-01-01, until: '2026-07-01T12:00:00Z', purpose: churn, reason: The board asked}";
        Grant grant = grant(text);
        assertThat(grant.validity().from())
                .hasValueSatisfying(from -> assertThat(from).hasToString("2026-01-01T00:00:00Z"));
        assertThat(grant.validity().until())
                .hasValueSatisfying(end -> assertThat(end).hasToString("2026-07-01T12:00:00Z"));
        assertThat(grant.purpose()).isEqualTo("churn");
        assertThat(grant.reason()).isEqualTo("The board asked");
        assertThat(grant(text).id()).isEqualTo(grant.id()).startsWith("grant-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"null\": true}                   | Null[]",
                "{constant: hidden}                 | Constant[value=hidden]",
                "{redact: true}                     | Redact[]",
                "{redactNumbers: 4}                 | RedactNumbers[digits=4]",
                "{showFirst: 3}                     | ShowFirst[shown=3, minHidden=3]",
                "{showFirst: 3, minHidden: 2}       | ShowFirst[shown=3, minHidden=2]",
                "{showLast: 4}                      | ShowLast[shown=4, minHidden=4]",
                "{pseudonym: churn}                 | Pseudonym[purpose=churn]",
                "{truncateDate: MONTH}              | TruncateDate[unit=MONTH]",
                "{round: 0.5}                       | Round[step=0.5]",
                "{coarsen: 2}                       | Coarsen[decimals=2]",
            })
    void guards_have_every_mask(String mask, String expected) {
        Guard guard = guard("{on: {columnsTagged: {pii: high}}, mask: " + mask + ", except: steward}");
        assertThat(guard.effect())
                .isInstanceOfSatisfying(
                        Guard.Effect.Masks.class,
                        masks -> assertThat(masks.mask().toString()).isEqualTo(expected));
        assertThat(guard.exempt()).containsExactly("steward");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "users: {ana: {profiles: boss}}                                       | 5 | users.ana.profiles | no profile 'boss'; allowed: analyst, steward",
                "users: {Ana: {profiles: analyst}}                                    | 5 | users.Ana | lower case",
                "assignments: [{table: shop_curated.orders, tags: {pii: low}}]        | 5 | assignments[0].tags.pii | no value 'low'; allowed: high, none",
                "assignments: [{table: shop_curated.orders, columns: {zone=x: [a]}}]  | 5 | assignments[0].columns.zone=x | no tag 'zone'; allowed: pii",
                "assignments: [{table: shop_curated.orders, columns: {pii=high: z}}]  | 5 | assignments[0].columns.pii=high | no column 'z'; allowed: a, b, c",
                "assignments: [{tags: {pii: none}}]                                   | 5 | assignments[0] | one key is missing; allowed: database, table",
                "grants: [{to: {}, allow: SELECT, on: {table: shop_curated.orders}}]  | 5 | grants[0].to | one key is missing; allowed: profile, user",
                "grants: [{to: {user: a, profile: b}, allow: SELECT, on: {}}]         | 5 | grants[0].to | profile and user exclude each other",
                "grants: [{to: {user: a}, on: {table: shop_curated.orders}}]          | 5 | grants[0] | 'allow' is missing",
                "grants: [{to: {user: a}, allow: READ, on: {catalog: true}}]          | 5 | grants[0].allow[0] | 'READ'",
                "grants: [{to: {user: a}, allow: INSERT, on: {table: shop_curated.orders, columns: a}}] | 5 | grants[0] | INSERT cannot be granted on columns",
                "grants: [{to: {user: a}, allow: SELECT, on: {table: orders}}]        | 5 | grants[0].on.table | database.table",
                "grants: [{to: {user: a}, allow: SELECT, on: {table: shop_curated.orders, filter: us}}] | 5 | grants[0].on.filter | no filter 'us'; allowed: eu",
                "grants: [{to: {user: a}, allow: SELECT, on: {tablesOf: shop_curated, columns: a}}] | 5 | grants[0].on | go with table",
                "grants: [{to: {user: a}, allow: SELECT, on: {catalog: false}}]       | 5 | grants[0].on.catalog | write true",
                "grants: [{to: {user: a}, allow: SELECT, until: soon, on: {table: shop_curated.orders}}] | 5 | grants[0].until | 2026-12-31",
                "guards: {g: {on: {table: shop_curated.orders}, rows: a = c}}         | 5 | guards.g.rows | another column",
                "guards: {g: {on: {columnsTagged: {pii: high}}, rows: a = 'x'}}       | 5 | guards.g.rows | 'value'",
                "guards: {g: {on: {database: shop_curated}, rows: value = 'x'}}       | 5 | guards.g | 'value'",
                "guards: {g: {on: {table: shop_curated.orders}, mask: {redact: true}, hide: true}} | 5 | guards.g | hide and mask exclude each other",
                "guards: {g: {on: {table: shop_curated.orders}, mask: {redact: true, minHidden: 1}}} | 5 | guards.g.mask.minHidden | goes with",
                "guards: {g: {on: {table: shop_curated.orders}, mask: {showFirst: -1}}} | 5 | guards.g.mask.showFirst | must not be negative",
                "guards: {g: {on: {table: shop_curated.orders}, mask: {blur: 1}}}     | 5 | guards.g.mask.blur | unknown key 'blur'; allowed: coarsen, constant",
                "guards: {g: {on: {table: shop_curated.orders}, hide: true, except: boss}} | 5 | guards.g.except | no profile 'boss'",
            })
    void mistakes_are_told_with_their_place(String text, int line, String key, String reason) {
        assertThatThrownBy(() -> bind(text))
                .isInstanceOfSatisfying(YamlProblem.class, problem -> {
                    assertThat(problem.line()).isEqualTo(line);
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.column()).isGreaterThan(1).isLessThanOrEqualTo(text.length());
                })
                .hasMessageStartingWith("p.yaml:5:")
                .hasMessageContaining(reason);
    }

    private static JsonNode schema(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PolicyFile.class.getResourceAsStream(name))) {
            return new ObjectMapper().readTree(in);
        }
    }

    @ParameterizedTest
    @CsvSource({"policies.schema.json, PolicyFile", "policy-tests.schema.json, PolicyTestFile"})
    void the_schemas_describe_exactly_the_keys_that_are_read(String file, String type) throws Exception {
        JsonNode schema = schema(file);
        Class<?> read = Class.forName(PolicyFile.class.getPackageName() + "." + type);
        assertThat(names(schema.path("properties"))).containsExactlyInAnyOrderElementsOf(keys(read));
        for (Class<?> part : read.getDeclaredClasses()) {
            assertThat(names(schema.path("$defs").path(part.getSimpleName()).path("properties")))
                    .as(part.getSimpleName())
                    .containsExactlyInAnyOrderElementsOf(keys(part));
        }
    }

    @Test
    void the_schema_knows_every_permission() throws Exception {
        List<String> permissions = new ArrayList<>();
        schema("policies.schema.json")
                .path("$defs")
                .path("permission")
                .path("enum")
                .forEach(value -> permissions.add(value.asText()));
        assertThat(permissions)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Permission.values()).map(Enum::name).toList());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(PolicyFileTest::key)
                .toList();
    }

    private static String key(RecordComponent component) {
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property == null ? component.getName() : property.value();
    }

    @Test
    void a_mask_is_one_that_shows_three_digits_of_a_zip() {
        assertThat(new Mask.ShowFirst(3, 2).sentence().toString()).contains("first 3 characters");
    }
}
