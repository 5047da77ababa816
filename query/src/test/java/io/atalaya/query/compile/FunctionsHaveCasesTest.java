package io.atalaya.query.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.trino.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever the table of functions says that works has a case that was held against Trino, and cases at the edges of its arguments. */
class FunctionsHaveCasesTest {
    /** Their operands are queries or groups, or there are none. */
    private static final Set<String> WITHOUT_ARGUMENTS = Set.of(
            "EXISTS",
            "GROUPING",
            "current_catalog",
            "current_date",
            "current_groups",
            "current_path",
            "current_schema",
            "current_time",
            "current_timestamp",
            "current_user",
            "localtime",
            "localtimestamp");

    private static Map<String, Set<Uses.Edge>> used;

    @BeforeAll
    static void read() throws IOException {
        used = new TreeMap<>();
        for (Corpus corpus : Corpus.all(Path.of("src/test/resources/trino"))) {
            for (Corpus.Case one : corpus.cases()) {
                if (one.expected() != Corpus.Expected.REFUSED) {
                    Uses.of(one.sql())
                            .forEach((name, edges) -> used.computeIfAbsent(name, _ -> EnumSet.noneOf(Uses.Edge.class))
                                    .addAll(edges));
                }
            }
        }
    }

    @Test
    void each_is_asked_for() {
        assertThat(working().filter(name -> !used.containsKey(name))).isEmpty();
    }

    @Test
    void each_that_takes_arguments_is_asked_for_with_null() {
        assertThat(working()
                        .filter(name -> !WITHOUT_ARGUMENTS.contains(name) && !isNullary(name))
                        .filter(name -> !used.getOrDefault(name, Set.of()).contains(Uses.Edge.NULL)))
                .isEmpty();
    }

    private static Stream<String> working() {
        return FunctionTable.standard().rows().stream()
                .filter(row -> row.way() != FunctionTable.Way.REFUSED)
                .map(FunctionTable.Row::name);
    }

    @Test
    void texts_bytes_and_arrays_are_also_empty_and_numbers_also_negative_and_at_their_bounds() {
        List<String> missing = new ArrayList<>();
        FunctionCatalog.standard().all().forEach((name, overloads) -> {
            Set<Uses.Edge> edges = used.getOrDefault(name, Set.of());
            for (FunctionCatalog.Overload overload : overloads) {
                if (overload.kind() == FunctionCatalog.Kind.WINDOW) {
                    continue;
                }
                for (TypePattern parameter : overload.parameters()) {
                    wanted(parameter).stream()
                            .filter(edge -> !edges.contains(edge))
                            .map(edge -> name + " " + edge)
                            .forEach(missing::add);
                }
            }
        });
        assertThat(missing.stream().distinct()).isEmpty();
    }

    private static boolean isNullary(String name) {
        List<FunctionCatalog.Overload> overloads =
                FunctionCatalog.standard().all().getOrDefault(name, List.of());
        return !overloads.isEmpty()
                && overloads.stream().allMatch(overload -> overload.parameters().isEmpty());
    }

    private static Set<Uses.Edge> wanted(TypePattern parameter) {
        return switch (parameter) {
            case TypePattern.ArrayOf _, TypePattern.MapOf _ -> Set.of(Uses.Edge.EMPTY);
            case TypePattern.Exact(var type)
            when type instanceof io.atalaya.query.type.SqlType.Varchar -> Set.of(Uses.Edge.EMPTY);
            case TypePattern.Exact(var type) when type.isNumber() -> Set.of(Uses.Edge.NEGATIVE, Uses.Edge.BOUND);
            case TypePattern.Any(var letter)
            when Set.of("N", "F", "I", "D").contains(letter) -> Set.of(Uses.Edge.NEGATIVE, Uses.Edge.BOUND);
            default -> Set.of();
        };
    }
}
