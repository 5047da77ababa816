package io.atalaya.query.compile;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One statement being printed: those who print its parts, and the names given out so far. */
final class Printing {
    private final Principal principal;
    private final List<Expr> parameters;
    private final Expressions expressions = new Expressions(this);
    private final Predicates predicates = new Predicates(this);
    private final Calls calls = new Calls(this);
    private final Apart apart = new Apart(this);
    private final Windows windows = new Windows(this);
    private final Queries queries = new Queries(this);
    private final Ordering ordering = new Ordering(this);
    private final Relations relations;
    private final AtomicInteger names;
    private final Products products;
    private final Totality totality;
    private int parametersUsed;

    Printing(Principal principal, List<Expr> parameters, TableResolver tables, Products products) {
        this(principal, parameters, tables, products, new Totality(), new AtomicInteger());
    }

    /** A text within the statement that knows none of its names, as that of a view. */
    Printing within(Principal reader, TableResolver inner) {
        return new Printing(reader, List.of(), inner, products, totality, names);
    }

    private Printing(
            Principal principal,
            List<Expr> parameters,
            TableResolver tables,
            Products products,
            Totality totality,
            AtomicInteger names) {
        this.products = products;
        this.totality = totality;
        this.names = names;
        this.principal = principal;
        this.parameters = List.copyOf(parameters);
        this.relations = new Relations(this, tables);
    }

    Principal principal() {
        return principal;
    }

    Products products() {
        return products;
    }

    Totality totality() {
        return totality;
    }

    Expressions expressions() {
        return expressions;
    }

    Predicates predicates() {
        return predicates;
    }

    Calls calls() {
        return calls;
    }

    Apart apart() {
        return apart;
    }

    Windows windows() {
        return windows;
    }

    Queries queries() {
        return queries;
    }

    Ordering ordering() {
        return ordering;
    }

    Relations relations() {
        return relations;
    }

    /** A name that nothing else in the statement has. */
    String fresh() {
        return "x" + names.getAndIncrement();
    }

    Expr parameter(int index, Place place) {
        if (index >= parameters.size()) {
            throw place.semantic(
                    "INVALID_PARAMETER_USAGE",
                    "Incorrect number of parameters: the statement has more ? than the {0} given",
                    parameters.size());
        }
        parametersUsed = Math.max(parametersUsed, index + 1);
        return parameters.get(index);
    }

    /** Refuses values that no {@code ?} takes. */
    void checkParameters() {
        if (parametersUsed < parameters.size()) {
            throw new QueryException.SemanticError(
                    "INVALID_PARAMETER_USAGE",
                    0,
                    0,
                    "Incorrect number of parameters: expected {0} but found {1}",
                    parametersUsed,
                    parameters.size());
        }
    }
}
