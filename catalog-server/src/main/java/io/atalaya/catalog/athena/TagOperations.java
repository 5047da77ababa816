package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.workgroup.Workgroups;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tags of workgroups. They are AWS's own kind and no LF-Tags: no policy looks at them. */
final class TagOperations {
    private static final Pattern ARN =
            Pattern.compile("arn:aws[\\w-]*:athena:[\\w-]*:\\w*:(workgroup|datacatalog)/(.+)");

    private final Workgroups workgroups;

    TagOperations(Workgroups workgroups) {
        this.workgroups = workgroups;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "TagResource", this::tag,
                "UntagResource", this::untag,
                "ListTagsForResource", this::list);
    }

    private ObjectNode tag(Principal principal, Input input) {
        workgroups.tag(principal, required(input), tags(input));
        return JSON.createObjectNode();
    }

    private ObjectNode untag(Principal principal, Input input) {
        workgroups.untag(principal, required(input), input.texts("TagKeys", 200));
        return JSON.createObjectNode();
    }

    private ObjectNode list(Principal principal, Input input) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Tags");
        workgroup(input)
                .map(workgroups::tags)
                .orElse(Map.of())
                .forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
        return answer;
    }

    /** The member {@code Tags}. */
    static Map<String, String> tags(Input input) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (JsonNode tag : input.node().path("Tags")) {
            Input item = new Input(tag, "Tags.");
            tags.put(item.required("Key", 1, 128), item.text("Value", 0, 256).orElse(""));
        }
        return tags;
    }

    private static String required(Input input) {
        return workgroup(input)
                .orElseThrow(() -> input.fault("ResourceARN", "names a data catalog, which has no tags"));
    }

    /** Empty if it is a data catalog. */
    private static Optional<String> workgroup(Input input) {
        Matcher arn = ARN.matcher(input.required("ResourceARN", 1, 1011));
        if (!arn.matches()) {
            throw input.fault("ResourceARN", "must be the ARN of a workgroup, arn:aws:athena:…:workgroup/NAME");
        }
        return arn.group(1).equals("workgroup") ? Optional.of(arn.group(2)) : Optional.empty();
    }
}
