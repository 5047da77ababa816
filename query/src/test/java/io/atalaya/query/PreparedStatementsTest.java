package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.NamedQuery;
import io.atalaya.query.workgroup.PreparedStatement;
import io.atalaya.query.workgroup.PreparedStatements;
import io.atalaya.query.workgroup.Workgroup;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that are kept, by SQL and by wire. */
class PreparedStatementsTest {
    private static final Principal ANA = HandPolicies.person("ana");
    private static final Principal BEN = HandPolicies.person("ben");
    private static final Principal ADMIN = HandPolicies.person("admin");

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;
    private static ServiceOnLake on;
    private static PreparedStatements prepared;
    private static NamedQueries named;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "n",
                new Schema(
                        Types.NestedField.required(1, "i", Types.LongType.get()),
                        Types.NestedField.optional(2, "parity", Types.StringType.get())),
                "SELECT i, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS parity FROM range(10) t(i)");
        lake.policies
                .allow("ana", "shop_curated.n")
                .allow(
                        "ben",
                        "shop_curated.n",
                        new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("odd")),
                        Map.of());
        on = new ServiceOnLake(lake, folder.resolve("results"));
        prepared = new PreparedStatements(lake.jdbi(), on.workgroups, Clock.systemUTC());
        named = new NamedQueries(lake.jdbi(), on.workgroups, Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        on.close();
        lake.close();
    }

    @Test
    void are_prepared_executed_and_forgotten() {
        QueryExecution kept =
                on.run(ANA, "PREPARE above FROM\n  SELECT i FROM n WHERE i > ? AND parity = ? ORDER BY i");
        assertThat(kept.state()).as("%s", kept.error()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(kept.kind()).isEqualTo(StatementKind.DDL);
        assertThat(on.rows(ANA, "EXECUTE above USING 6, 'odd'")).containsExactly("7", "9");
        assertThat(on.rows(ANA, "execute ABOVE using 6 + 0 * 1, 'odd'".replace(" + 0 * 1", "")))
                .containsExactly("7", "9");
        assertThat(on.rows(ANA, "EXECUTE above", "6", "'even'")).containsExactly("8");
        assertThat(on.error(ANA, "EXECUTE above USING 6").code()).isEqualTo("INVALID_PARAMETER_USAGE");
        assertThat(on.run(ANA, "DEALLOCATE PREPARE above").state()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(on.error(ANA, "EXECUTE above USING 6, 'odd'").code()).isEqualTo("NOT_FOUND");
        assertThat(on.error(ANA, "DEALLOCATE PREPARE above").code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void run_as_whoever_executes_them() {
        assertThat(on.rows(ANA, "EXECUTE IMMEDIATE 'SELECT count(*) FROM n WHERE i < ?' USING 100"))
                .containsExactly("10");
        assertThat(on.rows(BEN, "EXECUTE IMMEDIATE 'SELECT count(*) FROM n WHERE i < ?' USING 100"))
                .containsExactly("5");
        assertThat(on.error(HandPolicies.person("cat"), "EXECUTE IMMEDIATE 'SELECT count(*) FROM n'")
                        .code())
                .isEqualTo("TABLE_NOT_FOUND");
    }

    @Test
    void are_put_on_record_like_the_statement_inside() {
        on.run(ANA, "PREPARE recorded FROM SELECT count(*) FROM n");
        QueryExecution execution = on.run(ANA, "EXECUTE recorded");
        assertThat(execution.substatement()).isEqualTo("SELECT");
        assertThat(on.audit.stream()
                        .filter(event -> event.subject().equals(execution.id().toString()))
                        .map(AuditEvent::kind))
                .containsExactly("data.read.intent", "data.read.outcome");
    }

    @Test
    void are_their_owners_alone() {
        on.run(ANA, "PREPARE mine FROM SELECT 1");
        for (Principal other : List.of(BEN, ADMIN)) {
            assertThat(on.error(other, "EXECUTE mine").code()).isEqualTo("NOT_FOUND");
            assertThat(on.error(other, "DEALLOCATE PREPARE mine").code()).isEqualTo("NOT_FOUND");
            assertThat(prepared.find(other, "primary", "mine")).isEmpty();
            assertThat(prepared.list(other, "primary", Optional.empty(), 50).statements())
                    .isEmpty();
        }
        on.run(BEN, "PREPARE mine FROM SELECT 2");
        assertThat(on.rows(ANA, "EXECUTE mine")).containsExactly("1");
        assertThat(on.rows(BEN, "EXECUTE mine")).containsExactly("2");
        prepared.delete(BEN, "primary", "mine");
    }

    @Test
    void belong_to_a_workgroup() {
        on.workgroups.create(ADMIN, Workgroup.of("lab"));
        on.runIn("lab", ANA, "PREPARE there FROM SELECT 1");
        assertThat(on.runIn("lab", ANA, "EXECUTE there").state()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(on.error(ANA, "EXECUTE there").code()).isEqualTo("NOT_FOUND");
        assertThatThrownBy(() -> on.workgroups.delete(ADMIN, "lab", false))
                .isInstanceOf(QueryException.InvalidRequest.class);
        on.workgroups.delete(ADMIN, "lab", true);
        on.workgroups.create(ADMIN, Workgroup.of("lab"));
        assertThat(prepared.find(ANA, "lab", "there")).isEmpty();
        on.workgroups.delete(ADMIN, "lab", true);
    }

    @Test
    void hold_statements_and_no_directives() {
        for (String nested : List.of(
                "PREPARE a FROM PREPARE b FROM SELECT 1",
                "PREPARE a FROM EXECUTE b",
                "PREPARE a FROM DEALLOCATE PREPARE b",
                "EXECUTE IMMEDIATE 'EXECUTE b'",
                "EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE ''SELECT 1'''")) {
            assertThat(on.error(ANA, nested).code()).as(nested).isEqualTo("NOT_SUPPORTED");
        }
        QueryError error = on.error(ANA, "PREPARE a FROM\nSELEC 1");
        assertThat(error.code()).isEqualTo("SYNTAX_ERROR");
        assertThat(error.line()).hasValue(2);
        for (String broken : List.of("PREPARE", "PREPARE a", "EXECUTE", "DEALLOCATE a", "EXECUTE IMMEDIATE x")) {
            assertThat(on.error(ANA, broken).code()).as(broken).isEqualTo("SYNTAX_ERROR");
        }
        assertThat(on.error(ANA, "EXECUTE IMMEDIATE 'SELECT ?' USING (SELECT max(i) FROM n)")
                        .code())
                .isEqualTo("INVALID_INPUT");
    }

    @Test
    void may_have_comments_around_their_words() {
        on.run(ANA, "/* a * b */ PREPARE -- then\n noted /**/ FROM -- what\n SELECT 5");
        assertThat(on.rows(ANA, "-- run\nEXECUTE noted")).containsExactly("5");
    }

    @Test
    void are_kept_by_name_once_and_listed_in_pages() {
        PreparedStatement one = statement("page_1", "SELECT 1");
        prepared.create(ANA, one);
        assertThatThrownBy(() -> prepared.create(ANA, statement("PAGE_1", "SELECT 2")))
                .isInstanceOf(QueryException.InvalidRequest.class);
        prepared.create(ANA, statement("page_2", "SELECT 2"));
        prepared.update(ANA, statement("Page_2", "SELECT 3"));
        assertThat(prepared.get(ANA, "primary", "page_2").sql()).isEqualTo("SELECT 3");
        List<String> names = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            var page = prepared.list(ANA, "primary", token, 1);
            page.statements().forEach(statement -> names.add(statement.name()));
            token = page.nextToken();
        } while (token.isPresent());
        assertThat(names).contains("page_1", "page_2").isSorted();
        assertThatThrownBy(() -> prepared.update(ANA, statement("absent", "SELECT 1")))
                .isInstanceOf(QueryException.NotFound.class);
    }

    private static PreparedStatement statement(String name, String sql) {
        return new PreparedStatement(name, "primary", sql, Optional.empty(), Instant.EPOCH);
    }

    @Test
    void named_queries_are_their_owners_alone_too() {
        NamedQuery query = new NamedQuery(
                new UUID(0, 0),
                "monthly",
                Optional.of("what it says"),
                "shop_curated",
                "SELECT 1",
                "primary",
                Instant.EPOCH);
        Optional<String> token = Optional.of("a-token-of-at-least-32-characters");
        NamedQuery kept = named.create(ANA, query, token);
        String id = kept.id().toString();
        assertThat(named.create(ANA, query, token)).isEqualTo(kept);
        assertThat(named.create(BEN, query, token).id()).isNotEqualTo(kept.id());
        for (Principal other : List.of(BEN, ADMIN)) {
            assertThatThrownBy(() -> named.get(other, id)).isInstanceOf(QueryException.NotFound.class);
            assertThatThrownBy(() -> named.update(other, id, "x", Optional.empty(), "SELECT 2"))
                    .isInstanceOf(QueryException.NotFound.class);
            assertThatThrownBy(() -> named.delete(other, id)).isInstanceOf(QueryException.NotFound.class);
            assertThat(named.list(other, "primary", Optional.empty(), 50).ids()).doesNotContain(id);
        }
        named.update(ANA, id, "weekly", Optional.empty(), "SELECT 2");
        assertThat(named.get(ANA, id).sql()).isEqualTo("SELECT 2");
        assertThat(named.list(ANA, "primary", Optional.empty(), 50).ids()).containsExactly(id);
        named.delete(ANA, id);
        assertThat(named.list(ANA, "primary", Optional.empty(), 50).ids()).isEmpty();
    }
}
