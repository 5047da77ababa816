package io.atalaya.policies.store;

import io.atalaya.policies.Source;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Who has which profile and what carries which tag, by which source: long lists, read part by part. */
public final class PolicyLists {
    private static final String NOTHING = "";

    private final Jdbi jdbi;

    public PolicyLists(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Memberships as their sources say them, by user, profile and source; what profiles bring along is not among them.
     *
     * @param profile only of that profile
     * @param words only of users whose name has these words in it
     * @param after where the part before ended
     */
    public List<Membership> memberships(
            Optional<String> profile, Optional<String> words, Optional<Membership> after, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT user_name, profile, source FROM membership
                        WHERE (:any = 1 OR profile = :profile) AND user_name LIKE :words ESCAPE '!'
                            AND (user_name, profile, source) > (:user, :after, :source)
                        ORDER BY user_name, profile, source LIMIT :most
                        """)
                .bind("any", profile.isEmpty() ? 1 : 0)
                .bind("profile", profile.orElse(NOTHING))
                .bind("words", "%" + escaped(words.orElse(NOTHING)) + "%")
                .bind("user", after.map(Membership::user).orElse(NOTHING))
                .bind("after", after.map(Membership::profile).orElse(NOTHING))
                .bind("source", after.map(one -> one.source().text()).orElse(NOTHING))
                .bind("most", most)
                .map((row, _) -> new Membership(
                        row.getString("user_name"), row.getString("profile"), Source.parse(row.getString("source"))))
                .list());
    }

    /** What carries that tag key itself, by target and source; what inherits it is not among them. */
    public List<TagAssignment> assignments(String key, Optional<TagAssignment> after, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT target, tag_value, source FROM tag_assignment
                        WHERE tag_key = :key AND (target, source) > (:target, :source)
                        ORDER BY target, source LIMIT :most
                        """)
                .bind("key", key)
                .bind("target", after.map(one -> one.target().text()).orElse(NOTHING))
                .bind("source", after.map(one -> one.source().text()).orElse(NOTHING))
                .bind("most", most)
                .map((row, _) -> new TagAssignment(
                        TagTarget.parse(row.getString("target")),
                        new LfTag(key, row.getString("tag_value")),
                        Source.parse(row.getString("source"))))
                .list());
    }

    private static String escaped(String words) {
        return words.toLowerCase(Locale.ROOT)
                .replace("!", "!!")
                .replace("%", "!%")
                .replace("_", "!_");
    }
}
