package io.atalaya.query.engine;

import io.atalaya.query.QueryException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DuckDB's errors as ours. Its messages quote values, file names and our own SQL, so none of their text passes: only the kind
 * of the failure does, and messages that compiled statements carry themselves.
 */
public final class EngineErrors {
    private static final Logger LOG = LoggerFactory.getLogger(EngineErrors.class);
    private static final Pattern OURS = Pattern.compile(
            "^Invalid Input Error: (?:io\\.atalaya\\.query\\.engine\\.FunctionRefusal: )?atalaya:([A-Z_]+):(.*?):ayalata",
            Pattern.DOTALL);

    private static final Pattern INTEGER_RANGE = Pattern.compile(
            "Type U?INT\\d+ with value \\S+ can't be cast|Type (?:DOUBLE|FLOAT) with value (?!nan)\\S+ can't be cast.* INT(?:8|16|32)\\b");

    /** What stands between a template and its values. */
    private static final String BETWEEN = "\u001f";

    private EngineErrors() {}

    /** A message that {@link #translate} finds again in whatever DuckDB makes of it. */
    public static String mark(String code, String template, Object... values) {
        String said = Stream.concat(Stream.of(template), Arrays.stream(values))
                .map(String::valueOf)
                .collect(Collectors.joining(BETWEEN));
        return "atalaya:" + code + ":" + said + ":ayalata";
    }

    /** What to tell whoever started the statement. */
    public static QueryException translate(SQLException failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        Matcher ours = OURS.matcher(message);
        if (ours.find()) {
            String[] said = ours.group(2).split(BETWEEN, -1);
            return QueryException.EngineFailed.atValue(
                    ours.group(1), said[0], Arrays.stream(said).skip(1).toArray());
        }
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("division by zero")) {
            return QueryException.EngineFailed.atValue("DIVISION_BY_ZERO", "Division by zero");
        }
        if (lower.startsWith("out of range error") || lower.contains("overflow")) {
            return QueryException.EngineFailed.atValue(
                    "NUMERIC_VALUE_OUT_OF_RANGE", "A number is out of the range of its type");
        }
        if (INTEGER_RANGE.matcher(message).find()) {
            return QueryException.EngineFailed.atValue(
                    "NUMERIC_VALUE_OUT_OF_RANGE", "A number is out of the range of its type");
        }
        if (lower.startsWith("conversion error")) {
            return QueryException.EngineFailed.atValue(
                    "INVALID_CAST_ARGUMENT", "A value cannot be cast to the type wanted");
        }
        if (lower.startsWith("out of memory")) {
            return new QueryException.LimitExceeded(
                    "EXCEEDED_MEMORY_LIMIT",
                    "The query needs more memory than it may have; read fewer rows or columns");
        }
        if (lower.startsWith("interrupt")) {
            return new QueryException.LimitExceeded("CANCELLED", "The query was cancelled");
        }
        if (lower.contains("more than one row returned by a subquery")) {
            return QueryException.EngineFailed.atValue(
                    "SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows");
        }
        if (lower.contains("group by clause") || lower.contains("must appear in the group by")) {
            return new QueryException.SemanticError(
                    "EXPRESSION_NOT_AGGREGATE",
                    0,
                    0,
                    "An output or condition must be an aggregate or appear in GROUP BY");
        }
        if (lower.contains("cannot copy boundsubqueryexpression")) {
            return new QueryException.NotSupported("a subquery in the argument of an aggregate inside TRY", 0, 0);
        }
        if (lower.contains("unimplemented type for mark join")) {
            return new QueryException.NotSupported("a comparison of such values with all those of a subquery", 0, 0);
        }
        if (lower.startsWith("invalid input error: window ") && lower.contains("expression cannot be")) {
            return QueryException.EngineFailed.atValue(
                    "INVALID_WINDOW_FRAME", "Window frame offset value must not be negative or null");
        }
        if (lower.contains("grouping child")) {
            return new QueryException.SemanticError(
                    "INVALID_ARGUMENTS", 0, 0, "The arguments of GROUPING must be expressions of GROUP BY");
        }
        if (lower.startsWith("binder error") && lower.contains("aggregate")) {
            return new QueryException.SemanticError(
                    "NESTED_AGGREGATION", 0, 0, "An aggregate function stands where none may");
        }
        if (lower.startsWith("binder error") && lower.contains("window")) {
            return new QueryException.SemanticError("NESTED_WINDOW", 0, 0, "A window function stands where none may");
        }
        if (lower.startsWith("invalid input error") || lower.startsWith("constraint error")) {
            LOG.debug("engine refused a value", failure);
            return QueryException.EngineFailed.atValue(
                    "INVALID_FUNCTION_ARGUMENT", "A value is not one that a function takes");
        }
        if (lower.startsWith("binder error") || lower.startsWith("not implemented error")) {
            LOG.warn("engine refused a compiled statement: a defect of the printer");
            LOG.debug("the engine's reason", failure);
            return new QueryException.NotSupported("A construct of this statement", 0, 0);
        }
        LOG.debug("the engine's reason", failure);
        return QueryException.EngineFailed.internal("The engine failed; the log names the execution");
    }
}
