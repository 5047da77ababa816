package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * A table with what people say about it, whoever may see it.
 *
 * @param version names what the table's metadata is now; another after every commit
 * @param updatedAt of the newest commit
 * @param sortKey what orders datasets: database and name, between them a space, which sorts before every letter
 * @param words all that can be searched in it but its tags, in lower case
 */
public record Dataset(
        GovernedTable table,
        NamespaceEntry database,
        String version,
        Registration registration,
        Optional<String> comment,
        Optional<Instant> updatedAt,
        String sortKey,
        String words) {
    /** In name order. */
    static final Comparator<Dataset> BY_NAME = Comparator.comparing(Dataset::sortKey);

    static Dataset of(
            GovernedTable table,
            NamespaceEntry database,
            String version,
            Registration registration,
            Optional<String> comment,
            Optional<Instant> updatedAt) {
        String in = database.namespace().level(0);
        String name = table.name().name();
        StringBuilder words = new StringBuilder(in).append('.').append(name);
        Stream.of(registration.description().or(() -> comment), registration.owner())
                .flatMap(Optional::stream)
                .forEach(text -> words.append('\n').append(text));
        for (Types.NestedField column : table.schema().columns()) {
            words.append('\n').append(column.name());
            if (column.doc() != null) {
                words.append(": ").append(column.doc());
            }
        }
        String lower = words.toString().toLowerCase(Locale.ROOT);
        return new Dataset(
                table, database, version, registration, comment, updatedAt, in + " " + name, lower);
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

    /** What was registered, or else what the table itself says. */
    public Optional<String> description() {
        return registration.description().or(this::comment);
    }

    /** Whether the words are in a text that is the same for everyone who may know of the dataset. */
    Optional<Match> match(String words) {
        return Match.in("name", databaseName() + "." + name(), words)
                .or(() -> description().flatMap(text -> Match.in("description", text, words)))
                .or(() -> registration.owner().flatMap(text -> Match.in("owner", text, words)));
    }

    /** Whether the words are in the name or the text of a column. */
    static Optional<Match> match(Types.NestedField column, String words) {
        return Match.in("column", column.name(), words)
                .or(() -> Optional.ofNullable(column.doc())
                        .flatMap(text -> Match.in("column", column.name() + ": " + text, words)));
    }

    /** Where words were found. */
    public record Match(String field, String text) {
        static Optional<Match> in(String field, String text, String words) {
            return text.toLowerCase(Locale.ROOT).contains(words)
                    ? Optional.of(new Match(field, text))
                    : Optional.empty();
        }
    }
}
