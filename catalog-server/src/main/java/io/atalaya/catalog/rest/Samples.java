package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryService;
import io.atalaya.query.QueryState;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StartQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** A few rows of a dataset: a query like any other, run as the one who asks, with its intent and outcome on record. */
public final class Samples {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QueryService queries;

    public Samples(QueryService queries) {
        this.queries = queries;
    }

    /** The rows with what was done to them. */
    record Sample(List<QueryViews.Column> columns, List<List<@Nullable String>> rows, QueryViews.TableAccess access) {}

    Sample of(Principal principal, Knowledge knowledge, int limit) {
        TableIdentifier name = knowledge.table().name();
        String columns = knowledge.columns().stream()
                .filter(column -> !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                .map(column -> quoted(column.name()))
                .collect(Collectors.joining(", "));
        String sql = "SELECT %s FROM %s.%s LIMIT %d"
                .formatted(columns, quoted(name.namespace().level(0)), quoted(name.name()), limit);
        QueryExecution started = queries.start(principal, StartQuery.of(sql, Optional.empty(), "sample"));
        String id = started.id().toString();
        QueryExecution ended = queries.await(principal, id, PATIENCE);
        if (!ended.state().isFinal()) {
            queries.stop(principal, id);
            throw new QueryException.LimitExceeded("TIMEOUT", "The sample took too long; run a query instead");
        }
        if (ended.state() != QueryState.SUCCEEDED) {
            String reason = ended.error().map(QueryError::message).orElse("The sample was cancelled");
            throw QueryException.EngineFailed.internal(reason);
        }
        ResultPage page = queries.results(principal, id, Optional.empty(), limit);
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

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
