package io.atalaya.policies.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.ResourceText;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** An item as JSON, which says all that it is: how history keeps it. */
final class ItemText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> WORDS = new TypeReference<>() {};

    private ItemText() {}

    static String print(PolicyItem item) {
        Map<String, String> words = new TreeMap<>(words(item));
        words.put("kind", item.kind());
        words.put("source", item.source().text());
        try {
            return JSON.writeValueAsString(words);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> words(PolicyItem item) {
        return switch (item) {
            case PolicyItem.OfProfile(var profile) ->
                Map.of(
                        "name", profile.name(),
                        "description", profile.description(),
                        "administrator", Boolean.toString(profile.administrator()));
            case PolicyItem.OfInclusion(var inclusion) ->
                Map.of("profile", inclusion.profile(), "included", inclusion.included());
            case PolicyItem.OfPurpose(var purpose) ->
                Map.of("name", purpose.name(), "description", purpose.description());
            case PolicyItem.OfMembership(var membership) ->
                Map.of("user", membership.user(), "profile", membership.profile());
            case PolicyItem.OfAttribute(var attribute) ->
                Map.of("user", attribute.user(), "name", attribute.name(), "value", attribute.value());
            case PolicyItem.OfTag(var tag, var _) -> Map.of("key", tag.key(), "value", tag.value());
            case PolicyItem.OfTagExpression(var named) ->
                Map.of("name", named.name(), "expression", named.expression().text());
            case PolicyItem.OfAssignment(var assignment) ->
                Map.of(
                        "target", assignment.target().text(),
                        "key", assignment.tag().key(),
                        "value", assignment.tag().value());
            case PolicyItem.OfFilter(var filter) ->
                Map.of(
                        "id", filter.id().toString(),
                        "database", filter.database().toString(),
                        "table", filter.table().toString(),
                        "name", filter.name(),
                        "columns", ResourceText.print(filter.columns()),
                        "rows", PredicateText.stored(filter.rows()));
            case PolicyItem.OfGuard(var guard) ->
                Map.of(
                        "id", guard.id(),
                        "name", guard.name(),
                        "description", guard.description(),
                        "selector", GuardText.print(guard.on()),
                        "effect", GuardText.print(guard.effect()),
                        "exempt", String.join(",", guard.exempt()));
            case PolicyItem.OfGrant(var grant) -> words(grant);
        };
    }

    private static Map<String, String> words(Grant grant) {
        Map<String, String> words = new TreeMap<>(Map.of(
                "id", grant.id(),
                "grantee", grant.grantee().text(),
                "resource", grant.resource().text(),
                "permissions", names(grant.permissions()),
                "grantable", names(grant.grantable()),
                "when", grant.terms().condition().text(),
                "purpose", grant.purpose(),
                "reason", grant.reason()));
        grant.validity().from().ifPresent(from -> words.put("from", from.toString()));
        grant.validity().until().ifPresent(until -> words.put("until", until.toString()));
        return words;
    }

    static PolicyItem parse(String text) {
        Words words = new Words(read(text));
        Source source = Source.parse(words.get("source"));
        return switch (words.get("kind")) {
            case "profile" ->
                new PolicyItem.OfProfile(new Profile(
                        words.get("name"),
                        words.get("description"),
                        Boolean.parseBoolean(words.get("administrator")),
                        source));
            case "inclusion" ->
                new PolicyItem.OfInclusion(new Inclusion(words.get("profile"), words.get("included"), source));
            case "purpose" ->
                new PolicyItem.OfPurpose(new Purpose(words.get("name"), words.get("description"), source));
            case "member" ->
                new PolicyItem.OfMembership(new Membership(words.get("user"), words.get("profile"), source));
            case "attribute" ->
                new PolicyItem.OfAttribute(
                        new UserAttribute(words.get("user"), words.get("name"), words.get("value"), source));
            case "tag" -> new PolicyItem.OfTag(words.tag(), source);
            case "tag expression" ->
                new PolicyItem.OfTagExpression(new NamedTagExpression(
                        words.get("name"), TagExpression.parse(words.get("expression")), source));
            case "assignment" ->
                new PolicyItem.OfAssignment(
                        new TagAssignment(TagTarget.parse(words.get("target")), words.tag(), source));
            case "filter" ->
                new PolicyItem.OfFilter(new DataCellsFilter(
                        UUID.fromString(words.get("id")),
                        UUID.fromString(words.get("database")),
                        UUID.fromString(words.get("table")),
                        words.get("name"),
                        ResourceText.columns(words.get("columns")),
                        PredicateParser.parseStored(words.get("rows")),
                        source));
            case "guard" ->
                new PolicyItem.OfGuard(new Guard(
                        words.get("id"),
                        words.get("name"),
                        words.get("description"),
                        GuardText.selector(words.get("selector")),
                        GuardText.effect(words.get("effect")),
                        split(words.get("exempt")),
                        source));
            case "grant" -> new PolicyItem.OfGrant(words.grant(source));
            default -> throw new IllegalArgumentException("no item of policies: " + text);
        };
    }

    private static Map<String, String> read(String text) {
        try {
            return JSON.readValue(text, WORDS);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no item of policies: " + text, e);
        }
    }

    private record Words(Map<String, String> all) {
        String get(String name) {
            return Objects.requireNonNull(all.get(name), name);
        }

        LfTag tag() {
            return new LfTag(get("key"), get("value"));
        }

        Optional<Instant> instant(String name) {
            return Optional.ofNullable(all.get(name)).map(Instant::parse);
        }

        Grant grant(Source source) {
            return new Grant(
                    get("id"),
                    Grantee.parse(get("grantee")),
                    ResourceText.parse(get("resource")),
                    permissions(get("permissions")),
                    permissions(get("grantable")),
                    new Terms(
                            new Validity(instant("from"), instant("until")),
                            Condition.parse(get("when")),
                            get("purpose")),
                    get("reason"),
                    source);
        }
    }

    private static String names(Collection<Permission> permissions) {
        return permissions.stream().map(Permission::name).collect(Collectors.joining(","));
    }

    private static Set<Permission> permissions(String text) {
        return split(text).stream().map(Permission::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> split(String text) {
        return text.isEmpty() ? Set.of() : Arrays.stream(text.split(",", -1)).collect(Collectors.toUnmodifiableSet());
    }
}
