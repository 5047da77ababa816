package io.atalaya.policies;

/** Where a policy comes from; whoever owns the source may change it. */
public sealed interface Source {
    /** The policy files of one workspace. */
    record PolicyFile(String workspace) implements Source {}

    /** An approved access request. */
    record Request(String id) implements Source {}

    /** Somebody, by hand. */
    record Hand() implements Source {}

    /** Somebody who is no administrator, of what they hold with grant option; it stands while they hold that. */
    record PassedOn(String by) implements Source {}

    /** Somebody in need, to themselves, to be looked at afterwards. */
    record BrokenGlass(String id) implements Source {}

    /** Nobody: it was taken over from the columns that something is made of, and gives way to whatever anybody says. */
    record Lineage() implements Source {}

    /** The product itself. */
    record BuiltIn() implements Source {}

    /** The source as one word, which {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case PolicyFile(var workspace) -> "policy-file:" + workspace;
            case Request(var id) -> "request:" + id;
            case Hand _ -> "hand";
            case PassedOn(var by) -> "passed-on:" + by;
            case BrokenGlass(var id) -> "broken-glass:" + id;
            case Lineage _ -> "lineage";
            case BuiltIn _ -> "built-in";
        };
    }

    /** The source that {@code text} was made from. */
    static Source parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        return switch (kind) {
            case "policy-file" -> new PolicyFile(text.substring(colon + 1));
            case "request" -> new Request(text.substring(colon + 1));
            case "hand" -> new Hand();
            case "passed-on" -> new PassedOn(text.substring(colon + 1));
            case "broken-glass" -> new BrokenGlass(text.substring(colon + 1));
            case "lineage" -> new Lineage();
            case "built-in" -> new BuiltIn();
            default -> throw new IllegalArgumentException("no policy source: " + text);
        };
    }
}
