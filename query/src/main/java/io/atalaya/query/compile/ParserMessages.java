package io.atalaya.query.compile;

import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Trino's parser says most often, as sentences of ours; they can be told in other languages, its own texts cannot. */
final class ParserMessages {
    private static final List<Sentence> KNOWN = List.of(
            Sentence.of("mismatched input '{0}'. Expecting: {1}"),
            Sentence.of("Zero-length delimited identifier not allowed"),
            Sentence.of("backquoted identifiers are not supported; use double quotes to quote identifiers"),
            Sentence.of("identifiers must not start with a digit; surround the identifier with double quotes"),
            Sentence.of("'OR REPLACE' and 'IF NOT EXISTS' clauses can not be used together"),
            Sentence.of("Invalid number of arguments for '{0}' function"),
            Sentence.of("OVER clause not valid for '{0}' function"),
            Sentence.of("DISTINCT not valid for '{0}' function"),
            Sentence.of("FILTER not valid for '{0}' function"),
            Sentence.of("The '{0}' function must have at least two arguments"),
            Sentence.of("The '{0}' function must have exactly one argument"),
            Sentence.of("Invalid EXTRACT field {0}, valid fields are: {1}"));

    private static final List<Pattern> FORMS = KNOWN.stream()
            .map(known -> Pattern.compile(
                    "\\Q" + known.template().replaceAll("\\{\\d}", "\\\\E(.*?)\\\\Q") + "\\E", Pattern.DOTALL))
            .toList();

    private ParserMessages() {}

    /** The refusal of a text that the grammar stops at. */
    static QueryException at(Place place, String message) {
        Optional<Matcher> found = FORMS.stream()
                .map(form -> form.matcher(message))
                .filter(Matcher::matches)
                .findFirst();
        if (found.isEmpty()) {
            return new QueryException.SyntaxError(place.line(), place.column(), message);
        }
        Matcher matcher = found.get();
        Object[] values = new Object[matcher.groupCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = matcher.group(i + 1);
        }
        return new QueryException.SyntaxError(
                place.line(),
                place.column(),
                KNOWN.get(FORMS.indexOf(matcher.pattern())).template(),
                values);
    }
}
