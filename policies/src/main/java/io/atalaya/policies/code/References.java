package io.atalaya.policies.code;

import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What policies define for others to speak of, and what they speak of, each as a word such as {@code profile analyst}. */
final class References {
    private References() {}

    /** What others may speak of once it is there. */
    static Optional<String> defined(PolicyItem item) {
        return switch (item) {
            case PolicyItem.OfProfile(var profile) -> Optional.of(profile(profile.name()));
            case PolicyItem.OfPurpose(var purpose) -> Optional.of("purpose " + purpose.name());
            case PolicyItem.OfTag(var tag, var _) -> Optional.of(tag(tag));
            case PolicyItem.OfTagExpression(var named) -> Optional.of("tag expression " + named.name());
            case PolicyItem.OfFilter(var filter) -> Optional.of(filter(filter.id()));
            case PolicyItem.OfInclusion _,
                    PolicyItem.OfMembership _,
                    PolicyItem.OfAttribute _,
                    PolicyItem.OfAssignment _,
                    PolicyItem.OfGrant _,
                    PolicyItem.OfGuard _ -> Optional.empty();
        };
    }

    /** What must be there before it. */
    static Set<String> of(PolicyItem item) {
        Set<String> words = new LinkedHashSet<>();
        switch (item) {
            case PolicyItem.OfInclusion(var inclusion) -> words.add(profile(inclusion.included()));
            case PolicyItem.OfMembership(var membership) -> words.add(profile(membership.profile()));
            case PolicyItem.OfTagExpression(var named) -> tags(words, named.expression());
            case PolicyItem.OfAssignment(var assignment) -> words.add(tag(assignment.tag()));
            case PolicyItem.OfGrant(var grant) -> {
                if (grant.grantee() instanceof Grantee.Profile(var name)) {
                    words.add(profile(name));
                }
                if (!grant.purpose().isEmpty()) {
                    words.add("purpose " + grant.purpose());
                }
                resource(words, grant.resource());
            }
            case PolicyItem.OfGuard(var guard) -> {
                guard.exempt().stream().sorted().forEach(name -> words.add(profile(name)));
                if (guard.on() instanceof Guard.Selector.Tagged(var expression)) {
                    tags(words, expression);
                }
            }
            case PolicyItem.OfProfile _,
                    PolicyItem.OfPurpose _,
                    PolicyItem.OfAttribute _,
                    PolicyItem.OfTag _,
                    PolicyItem.OfFilter _ -> {}
        }
        return words;
    }

    private static void resource(Set<String> words, Resource resource) {
        switch (resource) {
            case Resource.OfCells(var _, var _, var filter) -> words.add(filter(filter));
            case Resource.Tagged(var _, var expression) -> tags(words, expression);
            case Resource.TaggedAs(var _, var name) -> words.add("tag expression " + name);
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.OfLocation _ -> {}
        }
    }

    private static void tags(Set<String> words, TagExpression expression) {
        expression.values().forEach((key, values) -> values.forEach(value -> words.add(tag(new LfTag(key, value)))));
    }

    /** A profile as such a word. */
    static String profile(String name) {
        return "profile " + name;
    }

    private static String tag(LfTag tag) {
        return "tag " + tag;
    }

    private static String filter(UUID id) {
        return "filter " + id;
    }
}
