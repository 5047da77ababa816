package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.policies.Source;
import io.atalaya.policies.tag.LfTag;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pipelines make of governed data is governed alike, without anybody saying so; on one kind of metadata database. */
abstract class InheritanceContract extends IngestionContract {
    private static final String PEOPLE = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv"
                  format: CSV
                  target: shop_raw.people
                  maxRejects: 50%
                  settle: 50ms
                  columns: [id, name, ssn, region, note]
            """;

    private static final String POLICIES = """
            profiles: {analyst: {}, doctor: {}, stranger: {}, robots: {}}
            users:
              ana: {profiles: analyst}
              doc: {profiles: doctor}
              out: {profiles: stranger}
              robot: {profiles: robots}
            tags:
              pii: [none, high]
            assignments:
              - {table: shop_raw.people, columns: {pii=high: [name], pii=none: [id, region]}}
            grants:
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}
              - {to: {profile: doctor}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: doctor}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}
              - {to: {profile: stranger}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
            guards:
              names: {on: {columnsTagged: {pii: high}}, mask: {redact: true}, except: [doctor, robots]}
              numbers: {on: {table: shop_raw.people, columns: ssn}, hide: true, except: [doctor, robots]}
            """;

    private static final String COPY = """
              - name: copy
                needs: [land]
                sql:
                  text: SELECT id, name, ssn, region FROM shop_raw.people
                  mode: OVERWRITE
                  target: shop_curated.people
              - name: publish
                needs: [copy]
                sql:
                  text: >
                    WITH p AS (SELECT *, name || ' of ' || region AS label FROM shop_curated.people)
                    SELECT region, max(label) AS label, max(substr(ssn, 1, 6)) AS number, count(*) AS n FROM p GROUP BY region
                  mode: OVERWRITE
                  target: shop_consumption.regions
            """;

    @BeforeEach
    void people() {
        world.pipeline("people", PEOPLE);
        world.drop("one.csv", "id,name,ssn,region,note\n1,Ada,CANARY-1,EU,x\n2,Bob,CANARY-2,US,y\n");
        succeeded(world.run("people"));
        world.policies(POLICIES);
    }

    private void run(String stages) {
        world.pipeline("people", PEOPLE + stages);
        succeeded(world.run("people"));
    }

    @Test
    void a_copy_and_what_is_made_of_it_show_each_profile_no_more_than_the_source() {
        run(COPY);
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|Xxx|EU", "2|Xxx|US");
        assertThat(world.seen("ana", "SELECT ssn FROM shop_curated.people").getFirst())
                .startsWith("refused");
        assertThat(world.seen("ana", "SELECT * FROM shop_consumption.regions ORDER BY region"))
                .containsExactly("EU|Xxx xx XX|1", "US|Xxx xx XX|1");
        assertThat(world.seen("ana", "SELECT number FROM shop_consumption.regions")
                        .getFirst())
                .startsWith("refused");
        assertThat(world.seen("doc", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|Ada|CANARY-1|EU", "2|Bob|CANARY-2|US");
        assertThat(world.seen("doc", "SELECT * FROM shop_consumption.regions ORDER BY region"))
                .containsExactly("EU|Ada of EU|CANARY|1", "US|Bob of US|CANARY|1");
        assertThat(world.seen("out", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|EU", "2|US");
        assertThat(world.seen("out", "SELECT * FROM shop_consumption.regions ORDER BY region"))
                .containsExactly("EU", "US");
    }

    @Test
    void how_many_values_there_are_is_not_guarded_like_the_values() {
        run("""
                  - name: counted
                    needs: [land]
                    sql:
                      text: >
                        SELECT region, count(name) AS names, count(DISTINCT ssn) AS numbers,
                          sum(CASE WHEN ssn IS NOT NULL THEN 1 ELSE 0 END) AS known,
                          sum(CASE WHEN ssn = 'CANARY-1' THEN 1 ELSE 0 END) AS first,
                          count(CASE WHEN ssn = 'CANARY-1' THEN 1 END) AS counted
                        FROM shop_raw.people GROUP BY region
                      mode: OVERWRITE
                      target: shop_consumption.counted
                """);
        assertThat(world.seen("ana", "SELECT * FROM shop_consumption.counted ORDER BY region"))
                .containsExactly("EU|1|1|1", "US|1|1|1");
        for (String made : List.of("first", "counted")) {
            assertThat(world.seen("ana", "SELECT " + made + " FROM shop_consumption.counted")
                            .getFirst())
                    .startsWith("refused");
        }
    }

    @Test
    void a_column_that_comes_later_inherits_too() {
        run(COPY.replace("id, name, ssn, region FROM", "id, region FROM").split("  - name: publish", -1)[0]);
        run(COPY.split("  - name: publish", -1)[0]);
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|EU|Xxx", "2|US|Xxx");
        assertThat(world.seen("doc", "SELECT ssn FROM shop_curated.people ORDER BY id"))
                .containsExactly("CANARY-1", "CANARY-2");
    }

    @Test
    void what_is_decided_by_the_same_tags_about_another_domain_makes_no_difference() {
        world.policies("""
                profiles: {analyst: {}, robots: {}}
                users: {ana: {profiles: analyst}, robot: {profiles: robots}}
                tags: {pii: [none, low, high], domain: [shop, clinic]}
                assignments:
                  - {database: shop_raw, tags: {domain: shop}}
                  - {database: shop_curated, tags: {domain: shop}}
                  - {table: shop_raw.people, columns: {pii=low: [name], pii=high: [note], pii=none: [id]}}
                grants:
                  - {to: {profile: analyst}, allow: SELECT, on: {tablesTagged: {domain: shop, pii: [none, low, high]}}}
                  - {to: {profile: analyst}, allow: SELECT, on: {tablesTagged: {domain: clinic, pii: [none, low]}}}
                guards:
                  names: {on: {columnsTagged: {domain: shop, pii: low}}, mask: {redact: true}, except: robots}
                  notes: {on: {columnsTagged: {domain: clinic, pii: high}}, mask: {"null": true}, except: robots}
                """);
        run("""
                  - name: notes
                    needs: [land]
                    sql:
                      text: SELECT id, name || ' ' || note AS noted FROM shop_raw.people
                      mode: OVERWRITE
                      target: shop_curated.notes
                """);
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.notes ORDER BY id"))
                .containsExactly("1|Xxx x", "2|Xxx x");
    }

    @Test
    void when_a_version_was_valid_is_as_hidden_as_what_tells_it() {
        run("""
                  - name: versions
                    needs: [land]
                    sql:
                      text: SELECT id, region, CAST('2020-01-0' || substr(ssn, 8) AS date) AS seen FROM shop_raw.people
                      mode: HISTORY
                      key: [id]
                      order: seen
                      target: shop_curated.versions
                """);
        assertThat(world.seen("doc", "SELECT id, valid_from FROM shop_curated.versions ORDER BY id"))
                .containsExactly("1|2020-01-01", "2|2020-01-02");
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.versions ORDER BY id"))
                .containsExactly("1|EU|true", "2|US|true");
    }

    @Test
    void what_files_say_of_the_new_table_holds_in_the_place_of_what_it_would_inherit() {
        String declared = POLICIES.replace(
                "grants:", "  - {table: shop_curated.people, columns: {pii=none: [name, region]}}\ngrants:");
        world.policies(declared);
        run(COPY.split("  - name: publish", -1)[0]);
        assertThat(world.seen("ana", "SELECT name FROM shop_curated.people ORDER BY name"))
                .containsExactly("Ada", "Bob");
        assertThat(world.seen("out", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|Ada|EU", "2|Bob|US");
        world.policies(POLICIES);
        assertThat(world.seen("ana", "SELECT name FROM shop_curated.people ORDER BY name"))
                .containsExactly("Ada", "Bob");
    }

    @Test
    void guarded_rows_do_not_get_into_a_table_that_is_not_guarded_unless_somebody_decides_that() {
        String guarded = POLICIES
                + "  europeans: {on: {table: shop_raw.people}, rows: \"region = 'EU'\", except: [doctor, robots]}\n";
        world.policies(guarded);
        String copy = COPY.split("  - name: publish", -1)[0];
        world.pipeline("people", PEOPLE + copy);
        Run refused = world.run("people");
        assertThat(refused.stage("copy").message().orElse(""))
                .contains("europeans")
                .contains("ASSOCIATE");
        assertThat(world.lakehouse().catalog().tableExists(TableIdentifier.parse("shop_curated.people")))
                .isFalse();
        world.policies(guarded.replace("tags:\n", "tags:\n  ok: [\"yes\"]\n")
                .replace("grants:", "  - {table: shop_curated.people, tags: {ok: \"yes\"}}\ngrants:"));
        succeeded(world.run("people"));
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.people ORDER BY id"))
                .containsExactly("1|Xxx|EU", "2|Xxx|US");
    }

    @Test
    void rows_in_quarantine_are_as_hidden_as_the_strictest_of_their_columns() {
        world.policies(POLICIES.replace("shop_raw.people, columns: ssn", "shop_curated.people, columns: ssn")
                + "  europeans: {on: {table: shop_curated.people}, rows: \"region = 'EU'\", except: [robots]}\n");
        run(COPY.split("  - name: publish", -1)[0] + """
                  - name: gate
                    needs: [copy]
                    check:
                      table: shop_curated.people
                      rules: [{name: small, onFailure: QUARANTINE, holds: id <> '2'}]
                """);
        assertThat(world.count("shop_curated.people_quarantine")).isEqualTo(1);
        assertThat(world.seen("robot", "SELECT _raw FROM shop_curated.people_quarantine")
                        .getFirst())
                .contains("CANARY-2");
        assertThat(world.seen("ana", "SELECT _rule FROM shop_curated.people_quarantine"))
                .containsExactly("small");
        for (String user : List.of("ana", "out")) {
            for (String column : List.of("_raw", "_reason", "*")) {
                assertThat(world.seen(user, "SELECT " + column + " FROM shop_curated.people_quarantine"))
                        .noneMatch(row -> row.contains("CANARY") || row.contains("Bob"));
            }
        }
        assertThat(world.seen("doc", "SELECT _raw FROM shop_curated.people_quarantine"))
                .containsExactly("null");
    }

    @Test
    void damaged_rows_of_files_are_as_hidden_as_the_table_they_were_for() {
        world.drop("two.csv", "id,name,ssn,region,note\n3,Cy,CANARY-3,EU,z\n4,Di,CANARY-4,EU,z,too,many\n");
        succeeded(world.run("people"));
        assertThat(world.count("shop_raw.people_quarantine")).isEqualTo(1);
        world.policies(POLICIES.replace(
                "guards:",
                "  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_raw}}\nguards:"));
        assertThat(world.seen("ana", "SELECT * FROM shop_raw.people_quarantine"))
                .hasSize(1)
                .noneMatch(row -> row.contains("CANARY") || row.contains("Di"));
        assertThat(world.seen("robot", "SELECT _raw FROM shop_raw.people_quarantine")
                        .getFirst())
                .contains("CANARY-4");
    }

    @Test
    void what_was_inherited_can_be_said_otherwise_by_hand() {
        run(COPY.split("  - name: publish", -1)[0]);
        var table = world.tables()
                .table(TableIdentifier.parse("shop_curated.people"))
                .orElseThrow();
        var now = world.policies().current();
        world.policies()
                .classify(
                        now.principal("admin"),
                        table,
                        table.schema().findField("name").fieldId(),
                        new LfTag("pii", "none"));
        assertThat(world.seen("ana", "SELECT name FROM shop_curated.people ORDER BY name"))
                .containsExactly("Ada", "Bob");
        assertThat(world.policies().current().guards())
                .filteredOn(guard -> guard.source() instanceof Source.Lineage)
                .extracting(guard -> guard.name())
                .singleElement()
                .asString()
                .startsWith("numbers_");
    }

    @Test
    void a_column_does_not_come_to_hold_what_it_is_laxer_than_unless_somebody_decides_that() {
        String copy = """
                  - name: copy
                    needs: [land]
                    sql:
                      text: SELECT id, region AS place FROM shop_raw.people
                      mode: OVERWRITE
                      target: shop_curated.people
                """;
        run(copy);
        world.pipeline("people", PEOPLE + copy.replace("region AS", "substr(ssn, 1, 6) AS"));
        Run refused = world.run("people");
        assertThat(refused.stage("copy").message().orElse(""))
                .contains("'place' of shop_curated.people")
                .contains("'ssn' of shop_raw.people")
                .contains("ASSOCIATE");
        assertThat(world.seen("ana", "SELECT place FROM shop_curated.people ORDER BY id"))
                .containsExactly("EU", "US");

        world.policies(POLICIES.replace(
                "guards:", "  - {to: {user: robot}, allow: ASSOCIATE, on: {table: shop_curated.people}}\nguards:"));
        succeeded(world.run("people"));
        assertThat(world.seen("ana", "SELECT place FROM shop_curated.people ORDER BY id"))
                .containsExactly("CANARY", "CANARY");

        world.policies(POLICIES);
        world.drop("two.csv", "id,name,ssn,region,note\n3,Cy,OTHER-3,EU,z\n");
        succeeded(world.run("people"));
        assertThat(world.seen("ana", "SELECT place FROM shop_curated.people ORDER BY id"))
                .containsExactly("CANARY", "CANARY", "OTHER-");
    }

    @Test
    void rows_that_are_guarded_do_not_come_into_a_table_that_held_others() {
        String guarded = POLICIES
                + "  europeans: {on: {table: shop_raw.people}, rows: \"region = 'EU'\", except: [doctor, robots]}\n";
        String made = """
                  - name: copy
                    needs: [land]
                    sql:
                      text: SELECT '0' AS id, 'nowhere' AS region
                      mode: OVERWRITE
                      target: shop_curated.people
                """;
        run(made);
        world.policies(guarded);
        world.pipeline(
                "people", PEOPLE + made.replace("'0' AS id, 'nowhere' AS region", "id, region FROM shop_raw.people"));
        Run refused = world.run("people");
        assertThat(refused.stage("copy").message().orElse(""))
                .contains("europeans")
                .contains("ASSOCIATE");
        assertThat(world.seen("ana", "SELECT * FROM shop_curated.people")).containsExactly("0|nowhere");
    }

    @Test
    void a_model_does_not_come_to_know_what_its_table_is_laxer_than() {
        for (int row = 0; row < 40; row++) {
            world.drop(
                    "more-" + row + ".csv",
                    "id,name,ssn,region,note\n%d,N%d,CANARY-%d,%s,%s\n"
                            .formatted(row + 10, row, row, row % 2 == 0 ? "EU" : "US", row % 2 == 0 ? "kind" : "rude"));
        }
        String train = """
                  - name: train
                    needs: [land]
                    train:
                      task: TEXT_CLASSIFICATION
                      text: SELECT note AS text, region FROM shop_raw.people
                      texts: [text]
                      label: region
                      model: shop_curated.regions
                      promote: {atLeast: {accuracy: 0.1}}
                """;
        run(train);
        world.pipeline("people", PEOPLE + train.replace("note AS text", "ssn AS text"));
        Run refused = world.run("people");
        assertThat(refused.stage("train").message().orElse(""))
                .contains("shop_curated.regions")
                .contains("'ssn' of shop_raw.people");
    }

    @Test
    void a_quarantine_takes_over_the_policies_of_columns_that_its_table_has_got() {
        String first = """
                  - name: copy
                    needs: [land]
                    sql:
                      text: SELECT id, region FROM shop_raw.people
                      mode: OVERWRITE
                      target: shop_curated.people
                """;
        String gate = """
                  - name: gate
                    needs: [copy]
                    check:
                      table: shop_curated.people
                      rules: [{name: small, onFailure: QUARANTINE, holds: id <> '2'}]
                """;
        run(first + gate);
        assertThat(world.seen("ana", "SELECT _raw FROM shop_curated.people_quarantine")
                        .getFirst())
                .contains("US");
        run(first.replace("id, region", "id, region, ssn") + gate);
        assertThat(world.seen("robot", "SELECT _raw FROM shop_curated.people_quarantine"))
                .anyMatch(row -> row.contains("CANARY-2"));
        assertThat(world.seen("ana", "SELECT _raw FROM shop_curated.people_quarantine")
                        .getFirst())
                .startsWith("refused");
    }
}
