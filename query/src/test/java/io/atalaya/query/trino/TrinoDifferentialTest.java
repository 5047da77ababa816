package io.atalaya.query.trino;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.CompiledQuery;
import io.atalaya.query.HandPolicies;
import io.atalaya.query.QueryException;
import io.atalaya.query.TestWarehouse;
import io.atalaya.query.type.SqlType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements of the corpora against what a real Trino answered to them, recorded by {@code query/record}. {@code -Datalaya.corpus=a,b}
 * takes only those, {@code -Datalaya.report=true} tells all figures.
 */
class TrinoDifferentialTest {
    static final Path FOLDER = Path.of("src/test/resources/trino");

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() throws IOException {
        lake = new TestWarehouse(folder);
        for (SharedTable table : SharedTable.all(FOLDER.resolve("tables"))) {
            create(table);
        }
    }

    private static void create(SharedTable table) {
        StringBuilder empty = new StringBuilder("SELECT ");
        for (int index = 0; index < table.columns().size(); index++) {
            empty.append(index == 0 ? "" : ", ")
                    .append("CAST(NULL AS ")
                    .append(table.types().get(index))
                    .append(") AS ")
                    .append(table.columns().get(index));
        }
        CompiledQuery shape = lake.compiler().compile(HandPolicies.person("ana"), empty.toString(), Optional.empty());
        lake.table(
                table.name(),
                new Schema(shape.fields()),
                table.inDuck(shape.types().stream().map(SqlType::duck).toList()));
        lake.policies.allow("ana", "shop_curated." + table.name());
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    static Stream<Corpus> corpora() {
        try {
            List<String> only = List.of(System.getProperty("atalaya.corpus", "").split(","));
            return Corpus.all(FOLDER).stream()
                    .filter(corpus -> only.equals(List.of("")) || only.contains(corpus.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void statements_are_answered_as_by_Trino(Corpus corpus) throws IOException {
        Map<String, Answer> recorded = Answer.read(corpus.answers());
        List<String> wrong = new ArrayList<>();
        Map<Corpus.Expected, Integer> counts = new java.util.EnumMap<>(Corpus.Expected.class);
        for (Corpus.Case one : corpus.cases()) {
            Answer trino = recorded.get(one.sql());
            if (trino == null) {
                wrong.add(corpus.file() + ":" + one.line() + " is not recorded: run query/record\n" + one.sql());
                continue;
            }
            Answer here = answer(one.sql());
            Optional<String> difference = Comparison.difference(one.sql(), trino, here);
            Corpus.Expected found = difference.isEmpty()
                    ? Corpus.Expected.EQUAL
                    : here.code().equals("NOT_SUPPORTED") ? Corpus.Expected.REFUSED : Corpus.Expected.DIFFERENT;
            counts.merge(found, 1, Integer::sum);
            if (found != one.expected()) {
                wrong.add("%s:%d is %s, not %s\n    %s\n    %s"
                        .formatted(
                                corpus.file().getFileName(),
                                one.line(),
                                found,
                                one.expected(),
                                one.sql().replace("\n", "\n    "),
                                difference.orElse("")));
            }
        }
        if (Boolean.getBoolean("atalaya.report")) {
            System.err.println(corpus.name() + " " + counts);
        }
        assertThat(wrong)
                .as(() -> "%s: %d of %d\n%s"
                        .formatted(corpus.name(), wrong.size(), corpus.cases().size(), String.join("\n\n", wrong)))
                .isEmpty();
    }

    private static Answer answer(String sql) {
        try {
            return lake.answer(HandPolicies.person("ana"), sql);
        } catch (QueryException refused) {
            return Answer.error(refused.code(), String.valueOf(refused.getMessage()));
        } catch (RuntimeException broken) {
            return Answer.error("BROKEN", String.valueOf(broken));
        }
    }
}
