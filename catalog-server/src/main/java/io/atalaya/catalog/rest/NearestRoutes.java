package io.atalaya.catalog.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryService;
import io.atalaya.query.ResultPage;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What is near to a vector, to a row, or to a text, in a dataset: {@code vector_search} for whoever writes no SQL. It is that statement, so it
 * finds nothing that the caller could not select, and is on record like it.
 */
public final class NearestRoutes {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST = 1000;

    private final DatasetIndex index;
    private final Supplier<PolicySnapshot> policies;
    private final Answers answers;

    public NearestRoutes(DatasetIndex index, Supplier<PolicySnapshot> policies, QueryService queries) {
        this.index = index;
        this.policies = policies;
        this.answers = new Answers(queries);
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.post("/datasets/{database}/{name}/nearest", this::nearest));
    }

    /**
     * What is looked for: what is near to {@code to}, to the vector of the row that has the values {@code like}, or to {@code text}, as the
     * model has it that has made the vectors.
     *
     * @param columns which to give; all that the caller sees but the vector without it
     */
    record Question(
            @Nullable String column,
            @Nullable List<Double> to,
            @Nullable Map<String, JsonNode> like,
            @Nullable String text,
            @Nullable Integer k,
            @Nullable Metric metric,
            @Nullable List<String> columns) {}

    /** The rows, nearest first; the last column is {@code score}. */
    record Found(List<QueryViews.Column> columns, List<List<@Nullable String>> rows, QueryViews.Access access) {}

    private void nearest(Context ctx) {
        Caller caller = Caller.of(ctx);
        Knowledge knowledge = KnownDataset.of(ctx, index, policies.get()).toRead();
        Question asked = Body.read(ctx, Question.class);
        if (asked.column() == null) {
            throw RequestException.BadRequest.missing("column");
        }
        String column = asked.column();
        if (Stream.of(asked.to(), asked.like(), asked.text())
                        .filter(Objects::nonNull)
                        .count()
                != 1) {
            throw new RequestException.BadRequest("One of 'to', 'like' and 'text' is needed");
        }
        int k = Objects.requireNonNullElse(asked.k(), 10);
        if (k < 1 || k > MOST) {
            throw new RequestException.BadRequest("'k' is a number from 1 to {0}", MOST);
        }
        String table = table(knowledge);
        String wanted;
        if (asked.text() != null) {
            wanted = text(asked.text());
        } else {
            List<Double> to = asked.to() != null
                    ? asked.to()
                    : vector(caller.principal(), table, column, Objects.requireNonNull(asked.like()));
            wanted = "ARRAY[" + to.stream().map(NearestRoutes::literal).collect(Collectors.joining(", ")) + "]";
        }
        List<String> columns = asked.columns() != null ? asked.columns() : visible(knowledge, column);
        String sql = "SELECT %s FROM TABLE(vector_search(TABLE(%s), DESCRIPTOR(%s), %s, %d, '%s')) ORDER BY score DESC"
                .formatted(
                        Stream.concat(columns.stream().map(Answers::quoted), Stream.of("score"))
                                .collect(Collectors.joining(", ")),
                        table,
                        Answers.quoted(column),
                        wanted,
                        k,
                        Objects.requireNonNullElse(asked.metric(), Metric.COSINE));
        Answers.Answer answer = answers.of(caller.principal(), "nearest", sql, List.of(), k);
        ResultPage page = rows(answer);
        Body.write(
                ctx,
                new Found(
                        page.columns().stream()
                                .map(each -> new QueryViews.Column(each.name(), each.type()))
                                .toList(),
                        page.rows(),
                        QueryViews.Access.of(answer.execution().access())));
    }

    /** The vector of a row, as the caller sees it. */
    private List<Double> vector(Principal principal, String table, String column, Map<String, JsonNode> like) {
        if (like.isEmpty()) {
            throw new RequestException.BadRequest("'like' names columns and the values that the row has in them");
        }
        String sql = "SELECT CAST(%s AS json) FROM %s WHERE %s LIMIT 2"
                .formatted(
                        Answers.quoted(column),
                        table,
                        like.keySet().stream()
                                .map(name -> Answers.quoted(name) + " = ?")
                                .collect(Collectors.joining(" AND ")));
        List<String> values = like.values().stream().map(NearestRoutes::literal).toList();
        List<List<@Nullable String>> rows =
                rows(answers.of(principal, "nearest", sql, values, 2)).rows();
        String vector = rows.size() == 1 ? rows.getFirst().getFirst() : null;
        if (vector == null) {
            throw new RequestException.BadRequest(
                    rows.size() > 1
                            ? "Several rows have the values of 'like'"
                            : "No row with a vector has the values of 'like', or none that you may see");
        }
        return numbers(vector);
    }

    private static List<Double> numbers(String json) {
        try {
            List<Double> numbers = new ArrayList<>();
            JSON.readTree(json).forEach(number -> numbers.add(number.asDouble()));
            return numbers;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the engine's JSON cannot be read", e);
        }
    }

    private static ResultPage rows(Answers.Answer answer) {
        return answer.rows()
                .orElseThrow(() -> new RequestException.BadRequest(
                        "{0}",
                        answer.execution()
                                .error()
                                .map(QueryError::sentence)
                                .orElse(Sentence.of("The search was cancelled"))));
    }

    private static List<String> visible(Knowledge knowledge, String vector) {
        return knowledge.columns().stream()
                .filter(column -> !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                .map(Types.NestedField::name)
                .filter(name -> !name.equalsIgnoreCase(vector))
                .toList();
    }

    private static String literal(@Nullable Double number) {
        if (number == null || !Double.isFinite(number)) {
            throw new RequestException.BadRequest("'to' is a list of numbers");
        }
        String text = number.toString();
        return text.contains("E") ? text : text + "E0";
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    private static String literal(JsonNode value) {
        if (value.isTextual()) {
            return text(value.textValue());
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        throw new RequestException.BadRequest("The values of 'like' are texts, numbers or booleans");
    }

    private static String table(Knowledge knowledge) {
        TableIdentifier name = knowledge.table().name();
        return Answers.quoted(name.namespace().level(0)) + "." + Answers.quoted(name.name());
    }
}
