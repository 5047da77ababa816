package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * A table with what people say about it, whoever may see it.
 *
 * @param version names what the table's metadata is now; another after every commit
 * @param certification the last, unless it was withdrawn; its day may be over
 * @param updatedAt of the newest commit
 * @param sortKey what orders datasets: database and name, between them a space, which sorts before every letter
 * @param words all that can be searched in it but its tags, in lower case, a line for each text
 */
public record Dataset(
        GovernedTable table,
        NamespaceEntry database,
        String version,
        Registration registration,
        Optional<Certification> certification,
        Optional<String> comment,
        Optional<Instant> updatedAt,
        String sortKey,
        String words) {
    /** Lines of the words before those of the columns: name, description and owner. */
    private static final int COMMON_LINES = 3;

    /** In name order. */
    static final Comparator<Dataset> BY_NAME = Comparator.comparing(Dataset::sortKey);

    /** With what orders it and what is searched in it. */
    public static Dataset of(
            GovernedTable table,
            NamespaceEntry database,
            String version,
            Registration registration,
            Optional<Certification> certification,
            Optional<String> comment,
            Optional<Instant> updatedAt) {
        String in = database.namespace().level(0);
        String name = table.name().name();
        String words = Stream.concat(
                        Stream.of(
                                in + "." + name,
                                registration.description().or(() -> comment).orElse(""),
                                registration.owner().orElse("")),
                        table.schema().columns().stream()
                                .map(column ->
                                        column.doc() == null ? column.name() : column.name() + ": " + column.doc()))
                .map(line -> line.replace('\n', ' '))
                .collect(Collectors.joining("\n"))
                .toLowerCase(Locale.ROOT);
        return new Dataset(
                table, database, version, registration, certification, comment, updatedAt, in + " " + name, words);
    }

    /** Name of its database. */
    public String databaseName() {
        return database.namespace().level(0);
    }

    /** Its own name. */
    public String name() {
        return table.name().name();
    }

    /** How refined it is. */
    public String zone() {
        return database.zone().text();
    }

    /** Who answers for it, if somebody does: the profile of the name that was registered, or else the user. */
    public Optional<Grantee> owner(PolicySnapshot policies) {
        return registration
                .owner()
                .map(name -> policies.profiles().stream()
                                .anyMatch(profile -> profile.name().equals(name))
                        ? new Grantee.Profile(name)
                        : new Grantee.User(name));
    }

    /** Whether somebody answers on that day for it being fit for use. */
    public boolean isCertified(LocalDate today) {
        return certification.filter(last -> last.holds(today)).isPresent();
    }

    /** What was registered, or else what the table itself says. */
    public Optional<String> description() {
        return registration.description().or(this::comment);
    }

    /** Where the words are in a text that is the same for everyone who may know of the dataset. */
    Optional<Match> match(String wanted) {
        int found = words.indexOf(wanted);
        return found < 0
                ? Optional.empty()
                : switch (line(found)) {
                    case 0 -> Optional.of(new Match("name", databaseName() + "." + name(), wanted));
                    case 1 -> description().map(text -> new Match("description", text, wanted));
                    case 2 -> registration.owner().map(text -> new Match("owner", text, wanted));
                    default -> Optional.empty();
                };
    }

    /** Where the words are in the name or the text of one of the columns that may be known. */
    Optional<Match> matchInColumns(String wanted, Supplier<Set<Integer>> known) {
        List<Types.NestedField> columns = table.schema().columns();
        int found = words.indexOf(wanted);
        if (found < 0) {
            return Optional.empty();
        }
        Set<Integer> ids = known.get();
        while (found >= 0) {
            int place = line(found) - COMMON_LINES;
            if (place >= 0 && ids.contains(columns.get(place).fieldId())) {
                Types.NestedField column = columns.get(place);
                return Match.in("column", column.name(), wanted)
                        .or(() -> Optional.of(new Match("column", column.name() + ": " + column.doc(), wanted)));
            }
            int next = words.indexOf('\n', found);
            found = next < 0 ? -1 : words.indexOf(wanted, next);
        }
        return Optional.empty();
    }

    private int line(int position) {
        int line = 0;
        for (int end = words.indexOf('\n'); end >= 0 && end < position; end = words.indexOf('\n', end + 1)) {
            line++;
        }
        return line;
    }

    /** Where words were found; {@code words} are as they stand there, in lower case. */
    public record Match(String field, String text, String words) {
        static Optional<Match> in(String field, String text, String words) {
            return text.toLowerCase(Locale.ROOT).contains(words)
                    ? Optional.of(new Match(field, text, words))
                    : Optional.empty();
        }
    }
}
