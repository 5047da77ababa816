package io.atalaya.catalog.request;

import io.atalaya.catalog.identity.User;
import io.atalaya.catalog.identity.Users;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** The people behind the name of a user or profile. */
public final class Audience {
    private static final int PAGE = 500;

    private final BiFunction<String, Integer, List<User>> users;

    /** Of those users. */
    public Audience(Users users) {
        this.users = users::list;
    }

    /** The enabled users that an approver or grantee stands for, in name order. */
    public List<String> people(String who, PolicySnapshot policies) {
        return switch (Grantee.parse(who)) {
            case Grantee.User(var name) -> List.of(name);
            case Grantee.Profile(var profile) -> {
                List<String> members = new ArrayList<>();
                String after = "";
                List<User> page = users.apply(after, PAGE);
                while (!page.isEmpty()) {
                    for (User user : page) {
                        if (!user.disabled()
                                && policies.principal(user.name()).profiles().contains(profile)) {
                            members.add(user.name());
                        }
                    }
                    after = page.getLast().name();
                    page = users.apply(after, PAGE);
                }
                yield members;
            }
        };
    }
}
