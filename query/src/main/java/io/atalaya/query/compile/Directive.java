package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.trino.sql.ExpressionFormatter;
import io.trino.sql.tree.Execute;
import io.trino.sql.tree.ExecuteImmediate;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a text asks of the service itself, before it is a statement: to keep a statement, to run one that is kept, to measure
 * one. The text inside keeps its lines and columns, so that an error in it is where the user sees it.
 */
public sealed interface Directive {
    /** A statement that simply runs. */
    record Plain(String sql) implements Directive {}

    /** {@code PREPARE name FROM statement}. */
    record Prepare(String name, String sql) implements Directive {}

    /** {@code DEALLOCATE PREPARE name}. */
    record Deallocate(String name) implements Directive {}

    /**
     * {@code EXECUTE name USING …}.
     *
     * @param parameters literals as SQL writes them
     */
    record ExecuteNamed(String name, List<String> parameters) implements Directive {
        public ExecuteNamed {
            parameters = List.copyOf(parameters);
        }
    }

    /** {@code EXECUTE IMMEDIATE 'statement' USING …}. */
    record ExecuteText(String sql, List<String> parameters) implements Directive {
        public ExecuteText {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * {@code EXPLAIN ANALYZE statement}.
     *
     * @param json whether the plan is wanted as JSON
     */
    record Analyze(String sql, boolean json) implements Directive {}

    /**
     * What that text is.
     *
     * @throws QueryException.SyntaxError if it begins like a directive and is none
     */
    static Directive of(String sql) {
        StatementText.checkLength(sql);
        Matcher first = Grammar.FIRST_WORD.matcher(sql);
        if (!first.lookingAt()) {
            return new Plain(sql);
        }
        String text = StatementText.normal(sql);
        return switch (first.group(1).toLowerCase(java.util.Locale.ROOT)) {
            case "prepare" -> prepare(text);
            case "deallocate", "execute" -> parsed(text);
            default -> {
                Matcher analyze = Grammar.ANALYZE.matcher(text);
                yield analyze.lookingAt()
                        ? new Analyze(Grammar.blank(text, analyze.end()), "json".equalsIgnoreCase(analyze.group(1)))
                        : new Plain(sql);
            }
        };
    }

    private static Directive prepare(String text) {
        Matcher prepare = Grammar.PREPARE.matcher(text);
        if (!prepare.lookingAt()) {
            StatementText.parse(text);
            throw new QueryException.SyntaxError(1, 1, "expected PREPARE name FROM statement");
        }
        String statement = Grammar.blank(text, prepare.end());
        if (!(of(statement) instanceof Plain)) {
            throw new QueryException.NotSupported("preparing such a statement", 1, 1);
        }
        if (!Grammar.OF_ATHENA.matcher(statement).lookingAt()) {
            StatementText.parse(statement);
        }
        return new Prepare(Grammar.name(prepare.group(1)), statement.strip());
    }

    private static Directive parsed(String text) {
        Statement statement = StatementText.parse(text);
        return switch (statement) {
            case Execute execute -> new ExecuteNamed(execute.getName().getValue(), texts(execute.getParameters()));
            case ExecuteImmediate execute ->
                new ExecuteText(execute.getStatement().getValue(), texts(execute.getParameters()));
            case io.trino.sql.tree.Deallocate deallocate ->
                new Deallocate(deallocate.getName().getValue());
            default -> new Plain(text);
        };
    }

    private static List<String> texts(List<Expression> parameters) {
        return parameters.stream().map(ExpressionFormatter::formatExpression).toList();
    }

    /** Patterns that look at the beginning of a text only; the groups are possessive, so none goes back. */
    final class Grammar {
        private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
        private static final String GAP = "(?:\\s|--[^\\n]*+\\n|/\\*(?:[^*]|\\*(?!/))*+\\*/)";
        private static final String SPACE = GAP + "++";
        private static final String NAME = "([A-Za-z_][\\w@:]*+|\"[^\"]++\")";
        private static final Pattern FIRST_WORD =
                Pattern.compile(GAP + "*+(prepare|execute|deallocate|explain)\\b", FLAGS);
        private static final Pattern PREPARE =
                Pattern.compile(GAP + "*+prepare" + SPACE + NAME + SPACE + "from\\b", FLAGS);
        private static final Pattern ANALYZE = Pattern.compile(
                GAP + "*+explain" + SPACE + "analyze\\b(?:" + SPACE + "verbose\\b)?+(?:" + GAP + "*+\\(" + GAP
                        + "*+format" + SPACE + "(text|json)" + GAP + "*+\\))?+",
                FLAGS);

        /** What Trino's grammar does not have. */
        private static final Pattern OF_ATHENA =
                Pattern.compile(GAP + "*+(unload|show|describe|desc|create|alter|drop|msck|optimize|vacuum)\\b", FLAGS);

        private Grammar() {}

        private static String name(String written) {
            return written.startsWith("\"") ? written.substring(1, written.length() - 1) : written;
        }

        /** The text with its beginning blank. */
        private static String blank(String text, int end) {
            return text.substring(0, end).replaceAll("\\S", " ") + text.substring(end);
        }
    }
}
