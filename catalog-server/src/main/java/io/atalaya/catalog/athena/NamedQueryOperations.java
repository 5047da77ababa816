package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.workgroup.IdPage;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.NamedQuery;
import io.atalaya.query.workgroup.Workgroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Named queries: create, get, list, update, delete. */
final class NamedQueryOperations {
    private static final int LONGEST_TEXT = 262_144;

    private final NamedQueries queries;

    NamedQueryOperations(NamedQueries queries) {
        this.queries = queries;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "CreateNamedQuery", this::create,
                "GetNamedQuery", this::get,
                "BatchGetNamedQuery", this::batchGet,
                "ListNamedQueries", this::list,
                "UpdateNamedQuery", this::update,
                "DeleteNamedQuery", this::delete);
    }

    private ObjectNode create(Principal principal, Input input) {
        NamedQuery created = queries.create(
                principal,
                new NamedQuery(
                        new UUID(0, 0),
                        input.required("Name", 1, 128),
                        input.text("Description", 0, 1024),
                        input.required("Database", 1, 255),
                        input.required("QueryString", 1, LONGEST_TEXT),
                        workgroup(input),
                        Instant.EPOCH),
                input.text("ClientRequestToken", 32, 128));
        return JSON.createObjectNode().put("NamedQueryId", created.id().toString());
    }

    private ObjectNode get(Principal principal, Input input) {
        return JSON.createObjectNode().set("NamedQuery", shape(queries.get(principal, id(input))));
    }

    private ObjectNode batchGet(Principal principal, Input input) {
        List<String> ids = input.texts("NamedQueryIds", 50);
        if (ids.isEmpty()) {
            throw input.fault("NamedQueryIds", "must have 1 to 50 items");
        }
        List<String> unprocessed = new ArrayList<>();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode found = answer.putArray("NamedQueries");
        for (String id : ids) {
            try {
                found.add(shape(queries.get(principal, id)));
            } catch (QueryException.NotFound _) {
                unprocessed.add(id);
            }
        }
        ArrayNode rest = answer.putArray("UnprocessedNamedQueryIds");
        unprocessed.forEach(id -> rest.addObject()
                .put("NamedQueryId", id)
                .put("ErrorCode", "INVALID_INPUT")
                .put("ErrorMessage", "NamedQuery " + id + " was not found"));
        return answer;
    }

    private ObjectNode list(Principal principal, Input input) {
        int max = input.integer("MaxResults", 0, 50).orElse(50);
        IdPage page = queries.list(principal, workgroup(input), input.text("NextToken", 1, 1024), max == 0 ? 50 : max);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode ids = answer.putArray("NamedQueryIds");
        page.ids().forEach(ids::add);
        page.nextToken().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private ObjectNode update(Principal principal, Input input) {
        queries.update(
                principal,
                id(input),
                input.required("Name", 1, 128),
                input.text("Description", 0, 1024),
                input.required("QueryString", 1, LONGEST_TEXT));
        return JSON.createObjectNode();
    }

    private ObjectNode delete(Principal principal, Input input) {
        queries.delete(principal, id(input));
        return JSON.createObjectNode();
    }

    private static ObjectNode shape(NamedQuery query) {
        ObjectNode shape = JSON.createObjectNode()
                .put("NamedQueryId", query.id().toString())
                .put("Name", query.name())
                .put("Database", query.database())
                .put("QueryString", query.sql())
                .put("WorkGroup", query.workgroup());
        query.description().ifPresent(text -> shape.put("Description", text));
        return shape;
    }

    private static String id(Input input) {
        return input.required("NamedQueryId", 1, 128);
    }

    private static String workgroup(Input input) {
        return input.text("WorkGroup", WorkgroupOperations.NAME).orElse(Workgroup.PRIMARY);
    }
}
