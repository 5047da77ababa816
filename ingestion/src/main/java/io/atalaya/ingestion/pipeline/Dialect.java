package io.atalaya.ingestion.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One way in which files of a drop are written.
 *
 * @param match header columns that tell it from the others; empty: every file
 * @param header whether the first row after the preamble names the columns
 * @param names of the columns of a file without header, in order
 * @param preamble lines before the header; empty: looked for
 * @param encoding a name Java knows; empty: by byte order mark, else UTF-8 if it is that, else Windows-1252
 * @param delimiter one character; empty: the likeliest of comma, semicolon, tab and bar
 * @param quote one character; empty: text has no quotes
 * @param columns name in the target by name in the header, where they differ by more than case and punctuation, or
 *     by path in a record of JSON
 * @param ignore header names that are left out; the empty name is a column without one
 * @param nulls texts that mean a missing value, besides nothing at all
 * @param ragged what a row with too few fields is
 * @param unknown what becomes of what JSON has and no column takes
 * @param dates patterns as {@link java.time.format.DateTimeFormatter} has them, tried in order
 * @param timestamps likewise
 * @param decimalComma whether numbers have a comma where English has a point
 */
public record Dialect(
        String name,
        Set<String> match,
        boolean header,
        List<String> names,
        OptionalInt preamble,
        Optional<String> encoding,
        Optional<Character> delimiter,
        Optional<Character> quote,
        Map<String, String> columns,
        Set<String> ignore,
        Set<String> nulls,
        Ragged ragged,
        Unknown unknown,
        List<String> dates,
        List<String> timestamps,
        boolean decimalComma) {
    public Dialect {
        match = Set.copyOf(match);
        names = List.copyOf(names);
        columns = Map.copyOf(columns);
        ignore = Set.copyOf(ignore);
        nulls = Set.copyOf(nulls);
        dates = List.copyOf(dates);
        timestamps = List.copyOf(timestamps);
    }

    /** The same, with these names of columns besides. */
    Dialect and(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(columns);
        all.putAll(more);
        return new Dialect(
                name,
                match,
                header,
                names,
                preamble,
                encoding,
                delimiter,
                quote,
                all,
                ignore,
                nulls,
                ragged,
                unknown,
                dates,
                timestamps,
                decimalComma);
    }

    /** What becomes of a row with fewer fields than the header. */
    public enum Ragged {
        /** It goes to quarantine. */
        QUARANTINE,
        /** The fields missing at its end are null. */
        PAD
    }

    /** What becomes of a record of JSON with a key or value that no column takes. */
    public enum Unknown {
        /** It goes to quarantine. */
        QUARANTINE,
        /** What is unknown is left out. */
        IGNORE,
        /** What is unknown is JSON in column {@code _rest}. */
        KEEP
    }
}
