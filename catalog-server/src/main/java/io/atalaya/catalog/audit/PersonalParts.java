package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What in a record is about a person, put behind that person's key, and brought back for those who may read the log. */
final class PersonalParts {
    private static final Set<String> NOBODY = Set.of("anonymous", "atalaya", "operator");

    /** Kinds whose subject is a user. */
    private static final Pattern ABOUT_USERS = Pattern.compile("(?:user|token|key)\\..*|sign-(?:in|out)");

    /** Kinds whose texts name users among other words. */
    private static final Pattern IN_WORDS =
            Pattern.compile("policy\\.change|access\\.denied|metadata\\.read|sign-in\\..*");

    /** Fields that are personal whatever they hold. */
    private static final Set<String> SEALED_FIELDS = Set.of("from", "statement");

    /** Kinds that tell what somebody looked for, which may be people the log should not know. */
    private static final Set<String> READS = Set.of("audit.read", "audit.export");

    private static final Pattern WORD = Pattern.compile("[^\\s/,;:'\"()\\[\\]{}=]+");
    private static final Pattern TOKEN = Pattern.compile(AuditPeople.PERSON + "([0-9a-f]{64})");
    private static final Pattern GRANTEE = Pattern.compile("\\bto user[ :]'?([^\\s']+)'?");

    private final AuditPeople people;

    PersonalParts(AuditPeople people) {
        this.people = people;
    }

    /** The event as its line may have it. */
    AuditEvent sealed(AuditEvent event) {
        String kind = event.kind();
        meet(event);
        String principal = isPerson(event.principal()) ? people.token(event.principal()) : event.principal();
        boolean words = IN_WORDS.matcher(kind).matches();
        String subject =
                ABOUT_USERS.matcher(kind).matches() ? people.token(event.subject()) : searched(event.subject(), words);
        if (kind.equals(Retirement.KIND)) {
            return new AuditEvent(kind, principal, subject, event.details());
        }
        Optional<String> owner = isPerson(event.principal()) ? Optional.of(event.principal()) : Optional.empty();
        Map<String, Object> details = new LinkedHashMap<>();
        event.details()
                .forEach((name, value) -> details.put(
                        name,
                        (SEALED_FIELDS.contains(name) || READS.contains(kind))
                                        && value instanceof String text
                                        && owner.isPresent()
                                ? people.seal(owner.get(), text)
                                : mapped(value, text -> searched(text, words))));
        return new AuditEvent(kind, principal, subject, details);
    }

    /** Users that a change of policies speaks of are people even if nothing else does. */
    private void meet(AuditEvent event) {
        if (!event.kind().equals("policy.change") || !(event.details().get("changes") instanceof List<?> changes)) {
            return;
        }
        for (Object change : changes) {
            if (change instanceof Map<?, ?> map && map.get("subject") instanceof String subject) {
                switch (String.valueOf(map.get("kind"))) {
                    case "member" -> people.token(subject.split(" in ", 2)[0]);
                    case "attribute" -> people.token(subject.substring(subject.lastIndexOf(" of ") + 4));
                    case "grant" -> {
                        Matcher grantee = GRANTEE.matcher(subject);
                        if (grantee.find()) {
                            people.token(grantee.group(1));
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private static boolean isPerson(String principal) {
        return !NOBODY.contains(principal) && !principal.contains(":");
    }

    /** A text with the people in it, if it is a name or, where it is told in words, has one among them. */
    private String searched(String text, boolean words) {
        Optional<String> whole = people.knownToken(text);
        return whole.isPresent() || !words
                ? whole.orElse(text)
                : WORD.matcher(text)
                        .replaceAll(word -> Matcher.quoteReplacement(
                                people.knownToken(word.group()).orElse(word.group())));
    }

    /** All that a text may be in lines, to search for it. */
    List<String> inLines(String text) {
        return Stream.of(text, searched(text, false), searched(text, true))
                .distinct()
                .collect(Collectors.toList());
    }

    /** The record as those may read it who may read the log. */
    AuditRecord revealed(AuditRecord record) {
        Map<String, Object> details = new LinkedHashMap<>();
        record.details().forEach((name, value) -> details.put(name, mapped(value, this::shown)));
        return new AuditRecord(
                record.sequence(),
                record.id(),
                record.at(),
                record.kind(),
                shown(record.principal()),
                shown(record.subject()),
                details);
    }

    String shown(String text) {
        if (text.startsWith(AuditPeople.SEALED)) {
            return people.opened(text);
        }
        return text.contains(AuditPeople.PERSON)
                ? TOKEN.matcher(text)
                        .replaceAll((MatchResult found) -> Matcher.quoteReplacement(people.name(found.group(1))))
                : text;
    }

    private static Object mapped(@Nullable Object value, UnaryOperator<String> text) {
        return switch (value) {
            case String words -> text.apply(words);
            case Map<?, ?> map -> {
                Map<String, Object> mapped = new LinkedHashMap<>();
                map.forEach((key, one) -> mapped.put(String.valueOf(key), mapped(one, text)));
                yield mapped;
            }
            case List<?> list -> {
                List<Object> mapped = new ArrayList<>();
                list.forEach(one -> mapped.add(mapped(one, text)));
                yield mapped;
            }
            case null -> "";
            default -> value;
        };
    }
}
