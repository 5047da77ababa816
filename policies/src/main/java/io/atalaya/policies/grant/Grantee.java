package io.atalaya.policies.grant;

import io.atalaya.policies.Sentence;

/** Who holds a grant. */
public sealed interface Grantee {
    /** Its name; unique within its kind. */
    String name();

    /** One user. */
    record User(String name) implements Grantee {}

    /** Everybody who has the profile. */
    record Profile(String name) implements Grantee {}

    /** The grantee as {@code kind:name}, which {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case User(var name) -> "user:" + name;
            case Profile(var name) -> "profile:" + name;
        };
    }

    /** The grantee that {@code text} was made from. */
    static Grantee parse(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        return switch (text.substring(0, colon)) {
            case "user" -> new User(name);
            case "profile" -> new Profile(name);
            default -> throw new IllegalArgumentException("no grantee: " + text);
        };
    }

    /** As people read it: {@code user alice}. */
    default Sentence sentence() {
        return switch (this) {
            case User(var name) -> Sentence.of("user {0}", name);
            case Profile(var name) -> Sentence.of("profile {0}", name);
        };
    }
}
