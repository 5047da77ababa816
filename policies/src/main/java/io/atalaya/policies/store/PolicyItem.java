package io.atalaya.policies.store;

import io.atalaya.policies.Permission;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.ResourceText;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One thing that a source says. Two items with the same {@link #key} and source are the same thing; they are equal if
 * their {@link #content} is.
 */
public sealed interface PolicyItem {
    record OfProfile(Profile profile) implements PolicyItem {}

    record OfInclusion(Inclusion inclusion) implements PolicyItem {}

    record OfPurpose(Purpose purpose) implements PolicyItem {}

    record OfMembership(Membership membership) implements PolicyItem {}

    record OfAttribute(UserAttribute attribute) implements PolicyItem {}

    /** A value a tag may have. */
    record OfTag(LfTag tag, Source source) implements PolicyItem {}

    record OfTagExpression(NamedTagExpression named) implements PolicyItem {}

    record OfAssignment(TagAssignment assignment) implements PolicyItem {}

    record OfFilter(DataCellsFilter filter) implements PolicyItem {}

    record OfGrant(Grant grant) implements PolicyItem {}

    record OfGuard(Guard guard) implements PolicyItem {}

    /** One word for people and programs. */
    default String kind() {
        return switch (this) {
            case OfProfile _ -> "profile";
            case OfInclusion _ -> "inclusion";
            case OfPurpose _ -> "purpose";
            case OfMembership _ -> "member";
            case OfAttribute _ -> "attribute";
            case OfTag _ -> "tag";
            case OfTagExpression _ -> "tag expression";
            case OfAssignment _ -> "assignment";
            case OfFilter _ -> "filter";
            case OfGrant _ -> "grant";
            case OfGuard _ -> "guard";
        };
    }

    /** Which thing it is; unique within its kind and source. */
    default String key() {
        return switch (this) {
            case OfProfile(var profile) -> profile.name();
            case OfInclusion(var inclusion) -> inclusion.profile() + " " + inclusion.included();
            case OfPurpose(var purpose) -> purpose.name();
            case OfMembership(var membership) -> membership.user() + " " + membership.profile();
            case OfAttribute(var attribute) -> attribute.user() + " " + attribute.name();
            case OfTag(var tag, var _) -> tag.toString();
            case OfTagExpression(var named) -> named.name();
            case OfAssignment(var assignment) ->
                assignment.target().text() + " " + assignment.tag().key();
            case OfFilter(var filter) -> filter.table() + " " + filter.name();
            case OfGrant(var grant) -> grantKey(grant);
            case OfGuard(var guard) -> guard.name();
        };
    }

    /** What it says, in one form. */
    default String content() {
        return switch (this) {
            case OfProfile(var profile) -> (profile.administrator() ? "administrator; " : "") + profile.description();
            case OfInclusion _, OfMembership _, OfTag _ -> "";
            case OfPurpose(var purpose) -> purpose.description();
            case OfTagExpression(var named) -> named.expression().text();
            case OfAttribute(var attribute) -> attribute.value();
            case OfAssignment(var assignment) -> assignment.tag().value();
            case OfFilter(var filter) ->
                ResourceText.print(filter.columns()) + " where " + PredicateText.stored(filter.rows());
            case OfGrant(var grant) ->
                words(grant.permissions())
                        + (grant.grantable().isEmpty() ? "" : ", grantable " + words(grant.grantable()))
                        + (grant.reason().isEmpty() ? "" : "; " + grant.reason());
            case OfGuard(var guard) ->
                GuardText.print(guard.on()) + "; " + GuardText.print(guard.effect()) + "; except "
                        + guard.exempt().stream().sorted().collect(Collectors.joining(", ")) + "; "
                        + guard.description();
        };
    }

    /** Who says it. */
    default Source source() {
        return switch (this) {
            case OfProfile(var profile) -> profile.source();
            case OfInclusion(var inclusion) -> inclusion.source();
            case OfPurpose(var purpose) -> purpose.source();
            case OfMembership(var membership) -> membership.source();
            case OfAttribute(var attribute) -> attribute.source();
            case OfTag(var _, var source) -> source;
            case OfTagExpression(var named) -> named.source();
            case OfAssignment(var assignment) -> assignment.source();
            case OfFilter(var filter) -> filter.source();
            case OfGrant(var grant) -> grant.source();
            case OfGuard(var guard) -> guard.source();
        };
    }

    /** Which thing it is, for people. */
    default Sentence subject(Naming names) {
        return switch (this) {
            case OfProfile(var profile) -> Sentence.of("{0}", profile.name());
            case OfInclusion(var inclusion) -> Sentence.of("{0} in {1}", inclusion.included(), inclusion.profile());
            case OfPurpose(var purpose) -> Sentence.of("{0}", purpose.name());
            case OfMembership(var membership) -> Sentence.of("{0} in {1}", membership.user(), membership.profile());
            case OfAttribute(var attribute) -> Sentence.of("{0} of {1}", attribute.name(), attribute.user());
            case OfTag(var tag, var _) -> Sentence.of("{0}", tag);
            case OfTagExpression(var named) -> Sentence.of("{0}", named.name());
            case OfAssignment(var assignment) ->
                Sentence.of("{0} of {1}", assignment.tag().key(), names.target(assignment.target()));
            case OfFilter(var filter) -> Sentence.of("{0} of {1}", filter.name(), names.table(filter.table()));
            case OfGrant(var grant) ->
                Sentence.of(
                        "to {0} on {1}{2}{3}{4}{5}",
                        grant.grantee().sentence(),
                        names.resource(grant.resource()),
                        told(grant.validity().from().map(from -> Sentence.of(" from {0}", from))),
                        told(grant.validity().until().map(until -> Sentence.of(" until {0}", until))),
                        told(Optional.of(grant.terms().condition())
                                .filter(condition -> !condition.isNone())
                                .map(condition -> Sentence.of(" when {0}", condition))),
                        told(Optional.of(grant.purpose())
                                .filter(purpose -> !purpose.isEmpty())
                                .map(purpose -> Sentence.of(" for {0}", purpose))));
            case OfGuard(var guard) -> Sentence.of("{0}", guard.name());
        };
    }

    /** What it says, for people; without words if that it is there is all. */
    default Sentence shown(Naming names) {
        return switch (this) {
            case OfFilter(var filter) ->
                Sentence.of(
                        "{0} where {1}",
                        names.columns(filter.table(), filter.columns()),
                        names.predicate(filter.table(), filter.rows()));
            case OfGuard(var guard) -> names.guard(guard);
            case OfTagExpression(var named) -> Sentence.of("{0}", named.expression());
            case OfProfile(var profile)
            when profile.administrator() -> Sentence.of("administrator; {0}", profile.description());
            case OfGrant(var grant) ->
                Sentence.of(
                        "{0}{1}{2}",
                        words(grant.permissions()),
                        told(Optional.of(words(grant.grantable()))
                                .filter(words -> !words.isEmpty())
                                .map(words -> Sentence.of(", grantable {0}", words))),
                        remark(grant.reason()));
            case OfProfile _, OfInclusion _, OfPurpose _, OfMembership _, OfAttribute _, OfTag _, OfAssignment _ ->
                content().isEmpty() ? Sentence.nothing() : Sentence.of("{0}", content());
        };
    }

    private static Sentence told(Optional<Sentence> part) {
        return part.orElse(Sentence.nothing());
    }

    /** What somebody wrote beside it, after all else. */
    static Sentence remark(String text) {
        return text.isEmpty() ? Sentence.nothing() : Sentence.of("; {0}", text);
    }

    /** Which thing it is, for programs, and whose it was before if that was another's. */
    default PolicyDifference.Item named(Optional<PolicyItem> was) {
        return new PolicyDifference.Item(
                source(), key(), was.map(PolicyItem::source).filter(source -> !source.equals(source())));
    }

    /** The id of a grant that this source makes: the same whenever it makes it again. */
    static String grantId(Grant grant) {
        return grantId(grant.source(), grantKey(grant));
    }

    /** The id of a grant of that source with that key. */
    static String grantId(Source source, String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((source.text() + " " + key).getBytes(StandardCharsets.UTF_8));
            return "grant-" + HexFormat.of().formatHex(hash, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String grantKey(Grant grant) {
        return grant.grantee().text() + " " + grant.resource().text() + " "
                + grant.validity().from().map(Object::toString).orElse("") + "/"
                + grant.validity().until().map(Object::toString).orElse("") + " " + grant.purpose()
                + (grant.terms().condition().isNone()
                        ? ""
                        : " when " + grant.terms().condition().text());
    }

    private static String words(Collection<Permission> permissions) {
        return permissions.stream().map(Permission::name).collect(Collectors.joining(", "));
    }
}
