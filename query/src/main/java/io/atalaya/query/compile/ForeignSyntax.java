package io.atalaya.query.compile;

import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What other dialects write and Trino's grammar stops at: refused by name, with what to write instead. */
final class ForeignSyntax {
    private record Construct(Sentence name, Sentence instead, Pattern words) {
        /** {@code stop} is where the grammar stops: after the words of the first pattern, before those of the second. */
        Construct(String name, String instead, String before, String stop) {
            this(Sentence.of(name), Sentence.of(instead), Pattern.compile("(?is)(?<=" + before + ")(?:" + stop + ")"));
        }
    }

    private static final String GAP = "\\s{1,20}";
    private static final List<Construct> CONSTRUCTS = List.of(
            new Construct("FOR SYSTEM_TIME AS OF", "Write FOR TIMESTAMP AS OF", "\\bfor" + GAP, "system_time\\b"),
            new Construct("FOR SYSTEM_VERSION AS OF", "Write FOR VERSION AS OF", "\\bfor" + GAP, "system_version\\b"),
            new Construct("INSERT INTO TABLE", "Write INSERT INTO and the name", "\\binto" + GAP, "table\\b"),
            new Construct(
                    "SHOW CREATE DATABASE",
                    "SHOW DATABASES lists them",
                    "\\bshow" + GAP + "create" + GAP,
                    "database\\b"),
            new Construct("The operator ::", "Write CAST(value AS type)", "", "::?"),
            new Construct("The operator ::", "Write CAST(value AS type)", "::\\s{0,20}\\w{1,30}\\s{0,20}", ""),
            new Construct("LATERAL VIEW", "Write CROSS JOIN UNNEST", "\\blateral" + GAP, "view\\b"),
            new Construct("QUALIFY", "Filter in a query around it", "\\bqualify" + GAP, ""),
            new Construct(
                    "LIMIT of two numbers",
                    "Write OFFSET first LIMIT second",
                    "\\blimit" + GAP + "\\d{1,18}\\s{0,20}",
                    ","),
            new Construct("ILIKE", "Write lower(text) LIKE pattern", "", "ilike\\b"),
            new Construct("RLIKE", "Write regexp_like(text, pattern)", "", "(?:rlike|regexp)\\b"),
            new Construct("The operator <=>", "Write IS NOT DISTINCT FROM", "<=", ">"),
            new Construct("The operator ==", "Write =", "=", "="));

    private ForeignSyntax() {}

    /** The refusal of what stands where the grammar stopped; empty if it is nothing that is known. */
    static Optional<QueryException> at(String sql, Place place) {
        int stop = place.in(sql);
        for (Construct construct : CONSTRUCTS) {
            Matcher words = construct.words().matcher(sql).region(Math.min(stop, sql.length()), sql.length());
            if (words.useTransparentBounds(true).lookingAt()) {
                return Optional.of(place.semantic(
                        "NOT_SUPPORTED", "{0} is not supported. {1}", construct.name(), construct.instead()));
            }
        }
        return Optional.empty();
    }
}
