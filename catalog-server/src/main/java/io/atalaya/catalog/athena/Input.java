package io.atalaya.catalog.athena;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A structure of a request. Members that the operation does not know are ignored, a member that is null counts as
 * absent; whatever is read is checked and a fault names the member.
 */
record Input(JsonNode node, String path) {
    Input(JsonNode node) {
        this(node, "");
    }

    /** The structure in that member; of an absent one every member is absent. */
    Input structure(String member) {
        JsonNode child = child(member);
        if (!child.isMissingNode() && !child.isObject()) {
            throw fault(member, "must be a structure");
        }
        return new Input(child, path + member + ".");
    }

    /** Whether the member is there. */
    boolean has(String member) {
        return !child(member).isMissingNode();
    }

    /** Text of {@code min} to {@code max} UTF-16 units, as the service model counts. */
    Optional<String> text(String member, int min, int max) {
        JsonNode child = child(member);
        if (child.isMissingNode()) {
            return Optional.empty();
        }
        if (!child.isTextual()) {
            throw fault(member, "must be a string");
        }
        String text = child.textValue();
        if (text.length() < min || text.length() > max) {
            throw fault(member, "must have a length of %d to %d".formatted(min, max));
        }
        return Optional.of(text);
    }

    /** Like {@link #text(String, int, int)}, and all of it matches. */
    Optional<String> text(String member, Pattern pattern) {
        Optional<String> text = text(member, 0, Integer.MAX_VALUE);
        if (text.isPresent() && !pattern.matcher(text.get()).matches()) {
            throw fault(member, "must match " + pattern.pattern());
        }
        return text;
    }

    String required(String member, int min, int max) {
        return text(member, min, max).orElseThrow(() -> missing(member));
    }

    String required(String member, Pattern pattern) {
        return text(member, pattern).orElseThrow(() -> missing(member));
    }

    OptionalInt integer(String member, int min, int max) {
        OptionalLong value = longer(member);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.getAsLong() < min || value.getAsLong() > max) {
            throw fault(member, "must be between %d and %d".formatted(min, max));
        }
        return OptionalInt.of((int) value.getAsLong());
    }

    OptionalLong longer(String member) {
        JsonNode child = child(member);
        if (child.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!child.isIntegralNumber()) {
            throw fault(member, "must be an integer");
        }
        return OptionalLong.of(child.longValue());
    }

    Optional<Boolean> truth(String member) {
        JsonNode child = child(member);
        if (child.isMissingNode()) {
            return Optional.empty();
        }
        if (!child.isBoolean()) {
            throw fault(member, "must be true or false");
        }
        return Optional.of(child.booleanValue());
    }

    /** Empty if the member is absent. */
    List<String> texts(String member, int max) {
        JsonNode child = child(member);
        if (child.isMissingNode()) {
            return List.of();
        }
        if (!child.isArray() || child.size() > max) {
            throw fault(member, "must be a list of at most " + max);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : child) {
            if (!item.isTextual()) {
                throw fault(member, "must be a list of strings");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    AthenaException fault(String member, String fault) {
        return AthenaException.invalidInput("Value at '%s%s' %s".formatted(path, member, fault));
    }

    private AthenaException missing(String member) {
        return AthenaException.invalidInput("Value at '%s%s' is required".formatted(path, member));
    }

    private JsonNode child(String member) {
        JsonNode child = node.path(member);
        return child.isNull() ? MissingNode.getInstance() : child;
    }
}
