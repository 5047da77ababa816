package io.atalaya.policies.store;

import io.atalaya.policies.grant.Grantee;

/** A part of the policies that is read again as a whole when something in it changed. */
record Part(Kind kind, String item) {
    enum Kind {
        PEOPLE,
        TAGS,
        RULES,
        GRANTS
    }

    static Part of(PolicyItem item) {
        return switch (item) {
            case PolicyItem.OfProfile _,
                    PolicyItem.OfInclusion _,
                    PolicyItem.OfMembership _,
                    PolicyItem.OfAttribute _,
                    PolicyItem.OfPurpose _ -> new Part(Kind.PEOPLE, "");
            case PolicyItem.OfTag _, PolicyItem.OfTagExpression _, PolicyItem.OfAssignment _ -> new Part(Kind.TAGS, "");
            case PolicyItem.OfFilter _, PolicyItem.OfGuard _ -> new Part(Kind.RULES, "");
            case PolicyItem.OfGrant(var grant) ->
                new Part(Kind.GRANTS, grant.grantee().text());
        };
    }

    Grantee grantee() {
        return Grantee.parse(item);
    }
}
