package io.atalaya.policies.predicate;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.predicate.Predicate.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.Schema;

/**
 * Reads predicates from text: the subset of PartiQL that Lake Formation's row filters have, with {@code user.attribute}
 * as a further operand, {@code TRUE} and {@code FALSE} for all and no rows, and SQL's precedence where Lake Formation
 * wants parentheses.
 *
 * <pre>{@code
 * or      := and (OR and)*
 * and     := not (AND not)*
 * not     := NOT not | "(" or ")" | TRUE | FALSE | simple
 * simple  := column op operand | column [NOT] IN (operand, ...) | column [NOT] BETWEEN operand AND operand
 *          | column [NOT] LIKE 'pattern' | column IS [NOT] NULL
 * operand := 'text' | number | TRUE | FALSE | user.attribute
 * }</pre>
 *
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html">PartiQL support in row filter
 *     expressions</a>
 */
public final class PredicateParser {
    /** The most characters a text has, as in Lake Formation. */
    public static final int MAX_LENGTH = 2_048;

    private static final int MAX_DEPTH = 50;
    private static final Set<String> WORDS =
            Set.of("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "SELECT");

    private final List<Token> tokens;
    private final Fields fields;
    private int next;
    private int depth;

    private PredicateParser(String text, Fields fields) {
        this.tokens = Token.all(text);
        this.fields = fields;
    }

    /**
     * The predicate in a text about a table.
     *
     * @param partitionSources field ids that partitions are made from
     * @throws PolicyException.InvalidPredicate with reason and position
     */
    public static Predicate parse(String text, Schema schema, Set<Integer> partitionSources) {
        return limited(text, new Fields.OfTable(schema, partitionSources));
    }

    /**
     * The predicate in a text about one value, called {@code value} in it.
     *
     * @param fieldId what stands for the value in the predicate
     * @throws PolicyException.InvalidPredicate with reason and position
     */
    public static Predicate parseOverValue(String text, int fieldId) {
        return limited(text, new Fields.OneValue(fieldId));
    }

    /** The predicate that {@link PredicateText#stored} made the text from. */
    public static Predicate parseStored(String text) {
        return new PredicateParser(text, new Fields.Stored()).whole();
    }

    private static Predicate limited(String text, Fields fields) {
        if (text.length() > MAX_LENGTH) {
            throw new PolicyException.InvalidPredicate(
                    Sentence.of("a row filter has at most {0} characters, not {1}", MAX_LENGTH, text.length()),
                    MAX_LENGTH + 1);
        }
        return new PredicateParser(text, fields).whole();
    }

    private Predicate whole() {
        Predicate predicate = or();
        Token rest = peek();
        if (rest.kind() != Token.Kind.END) {
            throw arithmetic(rest)
                    ? refused(Sentence.of("arithmetic is not possible"), rest)
                    : refused(Sentence.of("unexpected {0}", rest.shown()), rest);
        }
        return predicate;
    }

    private Predicate or() {
        List<Predicate> operands = new ArrayList<>(List.of(and()));
        while (accept("OR")) {
            operands.add(and());
        }
        return operands.size() == 1 ? operands.getFirst() : new Predicate.Or(operands);
    }

    private Predicate and() {
        List<Predicate> operands = new ArrayList<>(List.of(not()));
        while (accept("AND")) {
            operands.add(not());
        }
        return operands.size() == 1 ? operands.getFirst() : new Predicate.And(operands);
    }

    private Predicate not() {
        Token start = peek();
        depth++;
        try {
            if (depth > MAX_DEPTH) {
                throw refused(Sentence.of("more than {0} levels of parentheses and NOT", MAX_DEPTH), start);
            }
            if (accept("NOT")) {
                return new Predicate.Not(not());
            }
            if (start.isSymbol("(")) {
                next++;
                Predicate inner = or();
                expectSymbol(")");
                return inner;
            }
            if (accept("TRUE")) {
                return new Predicate.Always();
            }
            if (accept("FALSE")) {
                return new Predicate.Never();
            }
            return simple();
        } finally {
            depth--;
        }
    }

    private Predicate simple() {
        Token start = peek();
        Fields.Field field = column();
        if (accept("IS")) {
            boolean negated = accept("NOT");
            expect("NULL");
            if (field.partition()) {
                throw refused(
                        Sentence.of("IS [NOT] NULL is not possible on partition column '{0}'", field.name()), start);
            }
            return negate(negated, new Predicate.IsNull(field.id()));
        }
        boolean negated = accept("NOT");
        if (accept("IN")) {
            return negate(negated, new Predicate.In(field.id(), list(field)));
        }
        if (accept("BETWEEN")) {
            ordered(field, start);
            Operand low = operand(field);
            expect("AND");
            return negate(negated, new Predicate.Between(field.id(), low, operand(field)));
        }
        if (accept("LIKE")) {
            return negate(negated, new Predicate.Like(field.id(), pattern(field)));
        }
        if (negated) {
            throw refused(Sentence.of("after NOT comes IN, BETWEEN or LIKE, not {0}", peek().shown()), peek());
        }
        return comparison(field);
    }

    private Predicate comparison(Fields.Field field) {
        Token sign = take();
        Operator operator = switch (sign.kind() == Token.Kind.SYMBOL ? sign.text() : "") {
            case "=" -> Operator.EQUAL;
            case "<>", "!=" -> Operator.NOT_EQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_OR_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_OR_EQUAL;
            default ->
                throw arithmetic(sign)
                        ? refused(Sentence.of("arithmetic is not possible"), sign)
                        : refused(
                                Sentence.of(
                                        "after column '{0}' comes a comparison, not {1}", field.name(), sign.shown()),
                                sign);
        };
        if (operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
            ordered(field, sign);
        }
        return new Predicate.Comparison(field.id(), operator, operand(field));
    }

    private List<Operand> list(Fields.Field field) {
        expectSymbol("(");
        if (peek().is("SELECT")) {
            throw refused(Sentence.of("subqueries are not possible"), peek());
        }
        List<Operand> operands = new ArrayList<>(List.of(operand(field)));
        while (peek().isSymbol(",")) {
            next++;
            operands.add(operand(field));
        }
        expectSymbol(")");
        return operands;
    }

    private String pattern(Fields.Field field) {
        Token pattern = take();
        if (field.kind().isPresent() && field.kind().get() != ValueKind.TEXT) {
            throw refused(
                    Sentence.of(
                            "LIKE is for text; column '{0}' is {1}",
                            field.name(), field.kind().get().sentence()),
                    pattern);
        }
        if (pattern.kind() != Token.Kind.TEXT) {
            throw refused(Sentence.of("LIKE needs a pattern in single quotes, not {0}", pattern.shown()), pattern);
        }
        if (peek().is("ESCAPE")) {
            throw refused(Sentence.of("ESCAPE is not possible"), peek());
        }
        return pattern.text();
    }

    private Fields.Field column() {
        Token first = take();
        if (first.kind() == Token.Kind.FIELD_ID) {
            return fields.numbered(Integer.parseInt(first.text()), first.position());
        }
        if (first.is("SELECT") || first.is("EXISTS")) {
            throw refused(Sentence.of("subqueries are not possible"), first);
        }
        boolean keyword =
                first.kind() == Token.Kind.NAME && WORDS.contains(first.text().toUpperCase(Locale.ROOT));
        if (keyword || (first.kind() != Token.Kind.NAME && first.kind() != Token.Kind.QUOTED_NAME)) {
            throw refused(Sentence.of("expected a column on the left, not {0}", first.shown()), first);
        }
        List<String> path = new ArrayList<>(List.of(first.text()));
        while (peek().isSymbol(".")) {
            next++;
            Token name = take();
            if (name.kind() != Token.Kind.NAME && name.kind() != Token.Kind.QUOTED_NAME) {
                throw refused(Sentence.of("expected a name after '.', not {0}", name.shown()), name);
            }
            path.add(name.text());
        }
        if (peek().isSymbol("(")) {
            throw refused(Sentence.of("functions such as {0}() are not possible", String.join(".", path)), first);
        }
        return fields.named(path, first.position());
    }

    private Operand operand(Fields.Field field) {
        Token token = take();
        Operand operand = switch (token.kind()) {
            case TEXT -> new Operand.Text(token.text());
            case NUMBER -> number(token);
            case NAME, QUOTED_NAME -> word(token);
            case FIELD_ID ->
                throw refused(Sentence.of("a column can be compared with values, not with another column"), token);
            case SYMBOL, END -> throw refused(Sentence.of("expected a value, not {0}", token.shown()), token);
        };
        if (arithmetic(peek())) {
            throw refused(Sentence.of("arithmetic is not possible"), peek());
        }
        if (field.kind().isPresent() && !field.kind().get().takes(operand)) {
            throw refused(
                    Sentence.of(
                            "column '{0}' is {1} and cannot be compared with {2}",
                            field.name(), field.kind().get().sentence(), token.shown()),
                    token);
        }
        return operand;
    }

    private Operand word(Token token) {
        if (token.is("TRUE") || token.is("FALSE")) {
            return new Operand.Truth(token.is("TRUE"));
        }
        if (token.is("USER") && peek().isSymbol(".")) {
            next++;
            Token name = take();
            if (name.kind() != Token.Kind.NAME && name.kind() != Token.Kind.QUOTED_NAME) {
                throw refused(Sentence.of("expected the name of a user attribute, not {0}", name.shown()), name);
            }
            return new Operand.UserAttribute(name.text());
        }
        if (token.is("NULL")) {
            throw refused(Sentence.of("nothing equals NULL; write IS NULL"), token);
        }
        if ((token.is("DATE") || token.is("TIMESTAMP") || token.is("TIME")) && peek().kind() == Token.Kind.TEXT) {
            throw refused(
                    Sentence.of("{0} values are not possible", token.text().toUpperCase(Locale.ROOT)), token);
        }
        if (peek().isSymbol("(")) {
            throw refused(Sentence.of("functions such as {0}() are not possible", token.text()), token);
        }
        throw refused(
                Sentence.of("a column can be compared with values, not with another column ('{0}')", token.text()),
                token);
    }

    private static Operand number(Token token) {
        try {
            return new Operand.Numeric(new BigDecimal(token.text()));
        } catch (NumberFormatException _) {
            throw refused(Sentence.of("{0} is no number", token.shown()), token);
        }
    }

    private static void ordered(Fields.Field field, Token at) {
        if (field.kind().isPresent() && field.kind().get() == ValueKind.TRUTH) {
            throw refused(Sentence.of("column '{0}' is true or false and has no order", field.name()), at);
        }
    }

    private static Predicate negate(boolean negated, Predicate predicate) {
        return negated ? new Predicate.Not(predicate) : predicate;
    }

    private static boolean arithmetic(Token token) {
        return token.kind() == Token.Kind.SYMBOL
                && Set.of("+", "-", "*", "/", "%", "||").contains(token.text());
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    private boolean accept(String keyword) {
        if (peek().is(keyword)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(String keyword) {
        if (!accept(keyword)) {
            throw refused(Sentence.of("expected {0}, not {1}", keyword, peek().shown()), peek());
        }
    }

    private void expectSymbol(String symbol) {
        Token token = peek();
        if (!token.isSymbol(symbol)) {
            throw refused(Sentence.of("expected '{0}', not {1}", symbol, token.shown()), token);
        }
        next++;
    }

    private static PolicyException.InvalidPredicate refused(Sentence reason, Token at) {
        return new PolicyException.InvalidPredicate(reason, at.position());
    }
}
