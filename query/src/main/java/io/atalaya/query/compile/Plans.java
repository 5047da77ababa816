package io.atalaya.query.compile;

import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledStatement;
import io.trino.sql.ExpressionFormatter;
import io.trino.sql.tree.AliasedRelation;
import io.trino.sql.tree.CreateTableAsSelect;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FetchFirst;
import io.trino.sql.tree.GroupBy;
import io.trino.sql.tree.GroupingElement;
import io.trino.sql.tree.GroupingSets;
import io.trino.sql.tree.Insert;
import io.trino.sql.tree.Join;
import io.trino.sql.tree.JoinOn;
import io.trino.sql.tree.JoinUsing;
import io.trino.sql.tree.Lateral;
import io.trino.sql.tree.Limit;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.Offset;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.Relation;
import io.trino.sql.tree.SampledRelation;
import io.trino.sql.tree.SetOperation;
import io.trino.sql.tree.SimpleGroupBy;
import io.trino.sql.tree.Statement;
import io.trino.sql.tree.SubqueryExpression;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableFunctionArgument;
import io.trino.sql.tree.TableFunctionInvocation;
import io.trino.sql.tree.TableFunctionTableArgument;
import io.trino.sql.tree.TableSubquery;
import io.trino.sql.tree.Unnest;
import io.trino.sql.tree.Values;
import io.trino.sql.tree.WithQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The plan of a query, read off its tree: the steps as written, down to the scans with their policies. It is not the engine's
 * plan, which is shaped by the bounds and numbers of all rows, shown or not.
 */
final class Plans {
    private static final int LONGEST = 300;

    private final List<TableScan> scans;
    private final Deque<Map<String, WithQuery>> named = new ArrayDeque<>();

    /** @param scans of the compiled query; where they stand in the text tells which is which */
    Plans(List<TableScan> scans) {
        this.scans = List.copyOf(scans);
    }

    /** The plan of a statement: of its query, and what becomes of the rows. */
    PlanNode of(Statement statement, CompiledStatement compiled) {
        return switch (statement) {
            case Query query -> of(query);
            case Insert insert -> writer(compiled, of(insert.getQuery()));
            case CreateTableAsSelect create -> writer(compiled, of(create.getQuery()));
            default -> new PlanNode(compiled.substatement(), Map.of(), List.of(), rest());
        };
    }

    private static PlanNode writer(CompiledStatement compiled, PlanNode rows) {
        String target =
                compiled instanceof CompiledCommand command ? command.command().target() : "";
        return PlanNode.of(
                "TableWriter", Map.of("table", "lake:" + target, "operation", compiled.substatement()), rows);
    }

    private List<PlanNode> rest() {
        return scans.stream().map(scan -> ScanExplained.node(List.of(scan))).toList();
    }

    PlanNode of(Query query) {
        Map<String, WithQuery> own = new HashMap<>();
        query.getWith()
                .ifPresent(with -> with.getQueries()
                        .forEach(each -> own.put(each.getName().getValue().toLowerCase(Locale.ROOT), each)));
        named.push(own);
        PlanNode node = body(query.getQueryBody());
        named.pop();
        return limited(node, query.getOrderBy(), query.getOffset(), query.getLimit());
    }

    private PlanNode limited(PlanNode body, Optional<OrderBy> orderBy, Optional<Offset> offset, Optional<Node> limit) {
        PlanNode node = body;
        if (orderBy.isPresent()) {
            String items = brief(
                    ExpressionFormatter.formatSortItems(orderBy.orElseThrow().getSortItems()));
            node = PlanNode.of("Sort", Map.of("orderBy", "[" + items + "]"), node);
        }
        if (offset.isPresent()) {
            node = PlanNode.of(
                    "Offset", Map.of("count", offset.orElseThrow().getRowCount().toString()), node);
        }
        if (limit.isPresent()) {
            node = PlanNode.of("Limit", Map.of("count", count(limit.orElseThrow())), node);
        }
        return node;
    }

    private static String count(Node limit) {
        return switch (limit) {
            case Limit rows -> brief(rows.getRowCount().toString());
            case FetchFirst rows ->
                rows.getRowCount().map(Object::toString).orElse("1") + (rows.isWithTies() ? " with ties" : "");
            default -> "";
        };
    }

    private PlanNode body(Relation body) {
        return switch (body) {
            case QuerySpecification select -> select(select);
            case SetOperation set -> set(set);
            case Values values ->
                PlanNode.of(
                        "Values",
                        Map.of("rows", Integer.toString(values.getRows().size())));
            case TableSubquery subquery -> of(subquery.getQuery());
            case Lateral lateral -> of(lateral.getQuery());
            case Table table -> table(table);
            case AliasedRelation aliased -> body(aliased.getRelation());
            case Join join -> join(join);
            case SampledRelation sample ->
                PlanNode.of(
                        "Sample",
                        Map.of("type", sample.getType().name(), "percentage", text(sample.getSamplePercentage())),
                        body(sample.getRelation()));
            case TableFunctionInvocation call ->
                new PlanNode(
                        "VectorSearch",
                        Map.of(),
                        List.of(),
                        call.getArguments().stream()
                                .map(TableFunctionArgument::getValue)
                                .filter(TableFunctionTableArgument.class::isInstance)
                                .map(input -> body(((TableFunctionTableArgument) input).getTable()))
                                .toList());
            case Unnest unnest -> PlanNode.of("Unnest", Map.of("of", texts(unnest.getExpressions())));
            default -> PlanNode.of(body.getClass().getSimpleName(), Map.of());
        };
    }

    private PlanNode set(SetOperation set) {
        String name = set.getClass().getSimpleName() + (set.isDistinct() ? "" : "All");
        return new PlanNode(
                name,
                Map.of(),
                List.of(),
                set.getRelations().stream().map(this::body).toList());
    }

    private PlanNode select(QuerySpecification select) {
        PlanNode node = select.getFrom().map(this::body).orElseGet(() -> PlanNode.of("Values", Map.of("rows", "1")));
        if (select.getWhere().isPresent()) {
            node = filter(node, select.getWhere().orElseThrow());
        }
        if (select.getGroupBy().isPresent()) {
            node = PlanNode.of(
                    "Aggregate", Map.of("keys", keys(select.getGroupBy().orElseThrow())), node);
        }
        if (select.getHaving().isPresent()) {
            node = filter(node, select.getHaving().orElseThrow());
        }
        node = new PlanNode(
                "Project",
                Map.of(
                        "expressions",
                        brief(select.getSelect().getSelectItems().stream()
                                .map(Object::toString)
                                .map(Plans::brief)
                                .collect(Collectors.joining(", ", "[", "]")))),
                List.of(),
                with(node, subqueries(select.getSelect())));
        if (select.getSelect().isDistinct()) {
            node = PlanNode.of("Distinct", Map.of(), node);
        }
        return limited(node, select.getOrderBy(), select.getOffset(), select.getLimit());
    }

    private PlanNode filter(PlanNode source, Expression condition) {
        return new PlanNode(
                "Filter", Map.of("filterPredicate", text(condition)), List.of(), with(source, subqueries(condition)));
    }

    private static List<PlanNode> with(PlanNode first, List<PlanNode> others) {
        List<PlanNode> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    private List<PlanNode> subqueries(Node node) {
        List<PlanNode> found = new ArrayList<>();
        new DefaultTraversalVisitor<Void>() {
            @Override
            protected Void visitSubqueryExpression(SubqueryExpression subquery, Void context) {
                found.add(PlanNode.of("Subquery", Map.of(), of(subquery.getQuery())));
                return null;
            }
        }.process(node, null);
        return found;
    }

    private static String keys(GroupBy groupBy) {
        return groupBy.getGroupingElements().stream().map(Plans::key).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String key(GroupingElement element) {
        return switch (element) {
            case SimpleGroupBy simple ->
                simple.getExpressions().stream().map(Plans::text).collect(Collectors.joining(", "));
            case GroupingSets sets -> brief(sets.getType() + " " + sets.getSets());
            default -> brief(element.toString());
        };
    }

    private PlanNode join(Join join) {
        String name = switch (join.getType()) {
            case CROSS, IMPLICIT -> "CrossJoin";
            case INNER -> "InnerJoin";
            case LEFT -> "LeftJoin";
            case RIGHT -> "RightJoin";
            case FULL -> "FullJoin";
        };
        Map<String, String> descriptor = join.getCriteria()
                .<Map<String, String>>map(criteria -> switch (criteria) {
                    case JoinOn on -> Map.of("criteria", text(on.getExpression()));
                    case JoinUsing using ->
                        Map.of("criteria", "USING " + brief(using.getColumns().toString()));
                    default -> Map.of();
                })
                .orElse(Map.of());
        return PlanNode.of(name, descriptor, body(join.getLeft()), body(join.getRight()));
    }

    private PlanNode table(Table table) {
        List<String> parts = table.getName().getParts().stream()
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
        Place place = Place.of(table);
        List<TableScan> here =
                scans.stream().filter(scan -> scan.place().equals(place)).toList();
        if (!here.isEmpty()) {
            return ScanExplained.node(here);
        }
        for (Map<String, WithQuery> scope : named) {
            WithQuery query = parts.size() == 1 ? scope.remove(parts.getFirst()) : null;
            if (query != null) {
                return PlanNode.of("CommonTable", Map.of("name", parts.getFirst()), of(query.getQuery()));
            }
        }
        return PlanNode.of("Reference", Map.of("name", String.join(".", parts)));
    }

    private static String texts(List<Expression> expressions) {
        return expressions.stream().map(Plans::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** The user's own text, on one line. */
    private static String text(Expression expression) {
        return brief(ExpressionFormatter.formatExpression(expression));
    }

    private static String brief(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
    }
}
