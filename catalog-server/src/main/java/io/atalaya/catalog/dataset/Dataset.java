package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * A table with what people say about it, whoever may see it.
 *
 * @param version names what the table's metadata is now; another after every commit
 * @param updatedAt of the newest commit
 */
public record Dataset(
        GovernedTable table,
        NamespaceEntry database,
        String version,
        Registration registration,
        Optional<String> comment,
        Optional<Instant> updatedAt) {
    /** Name of its database. */
    public String databaseName() {
        return database.namespace().level(0);
    }

    /** Its own name. */
    public String name() {
        return table.name().name();
    }

    /** What orders datasets; a space sorts before every letter of a name. */
    String sortKey() {
        return databaseName() + " " + name();
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
