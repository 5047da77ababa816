package io.atalaya.catalog.athena;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryService;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.PreparedStatements;
import io.atalaya.query.workgroup.Workgroups;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The operations by name. The caller has been authenticated from the raw bytes before it comes here. */
public final class AthenaApi {
    /** Of requests and answers. */
    public static final String CONTENT_TYPE = "application/x-amz-json-1.1";

    static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final String TARGET_PREFIX = "AmazonAthena.";

    private final Map<String, Operation> operations = new HashMap<>();

    public AthenaApi(
            QueryService queries,
            Workgroups workgroups,
            NamedQueries namedQueries,
            PreparedStatements prepared,
            GovernedMetadata metadata) {
        operations.putAll(new QueryOperations(queries, workgroups).operations());
        operations.putAll(new WorkgroupOperations(workgroups, queries).operations());
        operations.putAll(new MetadataOperations(metadata).operations());
        operations.putAll(new NamedQueryOperations(namedQueries).operations());
        operations.putAll(new PreparedStatementOperations(prepared).operations());
        operations.putAll(new TagOperations(workgroups).operations());
    }

    /** The names of the operations. */
    public Set<String> operations() {
        return Set.copyOf(operations.keySet());
    }

    /**
     * Answers one request.
     *
     * @param target the header {@code x-amz-target}, such as {@code AmazonAthena.GetQueryExecution}
     * @param body the request's bytes, JSON in UTF-8
     * @return the answer as JSON
     * @throws AthenaException what the answer must say instead
     */
    public byte[] answer(Principal principal, String target, byte[] body) {
        String name = target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : target;
        Operation operation = operations.get(name);
        if (operation == null || !target.startsWith(TARGET_PREFIX)) {
            throw AthenaException.unknownOperation(name);
        }
        try {
            return JSON.writeValueAsBytes(operation.answer(principal, new Input(parsed(body))));
        } catch (QueryException refusal) {
            throw AthenaException.of(refusal);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The body of a refusal. */
    public static byte[] body(AthenaException refusal) {
        ObjectNode body = JSON.createObjectNode().put("__type", refusal.type()).put("Message", refusal.getMessage());
        refusal.members().forEach(body::put);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parsed(byte[] body) {
        if (body.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode node = JSON.readTree(body);
            if (!node.isObject()) {
                throw AthenaException.serialization("The body must be a JSON object");
            }
            return node;
        } catch (IOException e) {
            throw AthenaException.serialization("The body is not JSON");
        }
    }
}
