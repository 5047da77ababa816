package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryService;
import io.atalaya.query.ResultPage;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** A few rows of a dataset: a query like any other, run as the one who asks, with its intent and outcome on record. */
public final class Samples {
    private final Answers answers;

    public Samples(QueryService queries) {
        this.answers = new Answers(queries);
    }

    /** The rows with what was done to them. */
    record Sample(List<QueryViews.Column> columns, List<List<@Nullable String>> rows, QueryViews.TableAccess access) {}

    Sample of(Principal principal, Knowledge knowledge, int limit) {
        TableIdentifier name = knowledge.table().name();
        String columns = knowledge.columns().stream()
                .filter(column -> !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                .map(column -> Answers.quoted(column.name()))
                .collect(Collectors.joining(", "));
        String sql = "SELECT %s FROM %s.%s LIMIT %d"
                .formatted(columns, Answers.quoted(name.namespace().level(0)), Answers.quoted(name.name()), limit);
        Answers.Answer answer = answers.of(principal, "sample", sql, List.of(), limit);
        ResultPage page = answer.rows()
                .orElseThrow(() -> QueryException.EngineFailed.internal(
                        "{0}",
                        answer.execution()
                                .error()
                                .map(QueryError::sentence)
                                .orElse(Sentence.of("The sample was cancelled"))));
        return new Sample(
                page.columns().stream()
                        .map(column -> new QueryViews.Column(column.name(), column.type()))
                        .toList(),
                page.rows(),
                access(knowledge));
    }

    private static QueryViews.TableAccess access(Knowledge knowledge) {
        AccessView view = new AccessView(knowledge);
        AccessView.Counts counts = view.counts();
        TableIdentifier name = knowledge.table().name();
        return new QueryViews.TableAccess(
                name.toString(),
                counts.all(),
                counts.visible(),
                counts.masked(),
                counts.conditional(),
                counts.hidden(),
                view.rows(),
                view.because());
    }
}
