package io.atalaya.catalog.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * That some records must stay as they are: those to which all that is given applies.
 *
 * @param name of the hold
 * @param about which records
 * @param reason why
 * @param placedBy who said so
 * @param placedAt when
 */
public record LegalHold(String name, About about, String reason, String placedBy, Instant placedAt) {
    /**
     * What records are about, as far as it matters.
     *
     * @param person who did something or is spoken of
     * @param table that is spoken of, written {@code database.name}
     * @param uuid of the table that had that name when the hold was placed; it may have another now
     * @param from the first moment
     * @param until the moment after the last
     */
    public record About(
            Optional<String> person,
            Optional<String> table,
            Optional<UUID> uuid,
            Optional<Instant> from,
            Optional<Instant> until) {
        /** All records about somebody. */
        public static About person(String name) {
            return new About(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Whether nothing is given, so that it would be about every record there will ever be. */
        public boolean isEverything() {
            return person.isEmpty() && table.isEmpty() && from.isEmpty() && until.isEmpty();
        }
    }

    /** The same, on no other records of them than those about somebody. */
    LegalHold on(String person) {
        About those = new About(Optional.of(person), about.table, about.uuid, about.from, about.until);
        return new LegalHold(name, those, reason, placedBy, placedAt);
    }

    /** Finds the records that a hold is on. Rather too many than too few: a name in any text of a record counts. */
    static final class Matcher {
        private final About about;
        private final Optional<Pattern> person;
        private final Optional<Pattern> table;

        Matcher(LegalHold hold) {
            about = hold.about;
            person = about.person.map(name -> Pattern.compile("(?<![\\w.@-])" + Pattern.quote(name) + "(?![\\w@-])"));
            table = about.table.map(name -> {
                String[] parts = name.split("\\.", 2);
                String named =
                        "(?<!\\w)" + Pattern.quote(parts[0]) + "[\"`]?[./][\"`]?" + Pattern.quote(parts[1]) + "(?!\\w)";
                return Pattern.compile(
                        about.uuid.map(uuid -> named + "|" + uuid).orElse(named), Pattern.CASE_INSENSITIVE);
            });
        }

        /** Whether it is on a record, as those may read it who may read the log. */
        boolean matches(AuditRecord record) {
            return about.from.filter(record.at()::isBefore).isEmpty()
                    && about.until.filter(until -> !record.at().isBefore(until)).isEmpty()
                    && person.filter(pattern -> !in(record, pattern)).isEmpty()
                    && table.filter(pattern -> !in(record, pattern)).isEmpty();
        }

        private static boolean in(AuditRecord record, Pattern pattern) {
            return pattern.matcher(record.principal()).find()
                    || pattern.matcher(record.subject()).find()
                    || in(record.details(), pattern);
        }

        private static boolean in(Object value, Pattern pattern) {
            return switch (value) {
                case String text -> pattern.matcher(text).find();
                case Map<?, ?> map ->
                    map.entrySet().stream()
                            .anyMatch(entry -> in(String.valueOf(entry.getKey()), pattern)
                                    || (entry.getValue() != null && in(entry.getValue(), pattern)));
                case Collection<?> values -> values.stream().anyMatch(one -> one != null && in(one, pattern));
                default -> false;
            };
        }
    }
}
