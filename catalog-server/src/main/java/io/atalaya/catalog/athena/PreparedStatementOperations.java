package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.workgroup.PreparedStatement;
import io.atalaya.query.workgroup.PreparedStatements;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Prepared statements: create, get, list, update, delete. */
final class PreparedStatementOperations {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_@:]{0,256}");
    private static final int LONGEST_TEXT = 262_144;

    private final PreparedStatements statements;

    PreparedStatementOperations(PreparedStatements statements) {
        this.statements = statements;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "CreatePreparedStatement", this::create,
                "GetPreparedStatement", this::get,
                "BatchGetPreparedStatement", this::batchGet,
                "ListPreparedStatements", this::list,
                "UpdatePreparedStatement", this::update,
                "DeletePreparedStatement", this::delete);
    }

    private ObjectNode create(Principal principal, Input input) {
        statements.create(principal, statement(input));
        return JSON.createObjectNode();
    }

    private ObjectNode update(Principal principal, Input input) {
        PreparedStatement statement = statement(input);
        try {
            statements.update(principal, statement);
        } catch (QueryException.NotFound _) {
            throw notFound(statement.name());
        }
        return JSON.createObjectNode();
    }

    private ObjectNode get(Principal principal, Input input) {
        String name = name(input);
        PreparedStatement found =
                statements.find(principal, workgroup(input), name).orElseThrow(() -> notFound(name));
        return JSON.createObjectNode().set("PreparedStatement", shape(found));
    }

    private ObjectNode batchGet(Principal principal, Input input) {
        List<String> names = input.texts("PreparedStatementNames", 256);
        String workgroup = workgroup(input);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode found = answer.putArray("PreparedStatements");
        ArrayNode unprocessed = answer.putArray("UnprocessedPreparedStatementNames");
        for (String name : names) {
            statements
                    .find(principal, workgroup, name)
                    .ifPresentOrElse(
                            statement -> found.add(shape(statement)),
                            () -> unprocessed
                                    .addObject()
                                    .put("StatementName", name)
                                    .put("ErrorCode", "STATEMENT_NOT_FOUND")
                                    .put("ErrorMessage", "PreparedStatement " + name + " was not found"));
        }
        return answer;
    }

    private ObjectNode list(Principal principal, Input input) {
        PreparedStatements.PreparedPage page = statements.list(
                principal,
                workgroup(input),
                input.text("NextToken", 1, 1024),
                input.integer("MaxResults", 1, 50).orElse(50));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("PreparedStatements");
        page.statements()
                .forEach(statement -> list.addObject()
                        .put("StatementName", statement.name())
                        .put("LastModifiedTime", ExecutionShape.seconds(statement.modifiedAt())));
        page.nextToken().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private ObjectNode delete(Principal principal, Input input) {
        String name = name(input);
        try {
            statements.delete(principal, workgroup(input), name);
        } catch (QueryException.NotFound _) {
            throw notFound(name);
        }
        return JSON.createObjectNode();
    }

    private static PreparedStatement statement(Input input) {
        return new PreparedStatement(
                name(input),
                workgroup(input),
                input.required("QueryStatement", 1, LONGEST_TEXT),
                input.text("Description", 0, 1024),
                Instant.EPOCH);
    }

    private static ObjectNode shape(PreparedStatement statement) {
        ObjectNode shape = JSON.createObjectNode()
                .put("StatementName", statement.name())
                .put("QueryStatement", statement.sql())
                .put("WorkGroupName", statement.workgroup())
                .put("LastModifiedTime", ExecutionShape.seconds(statement.modifiedAt()));
        statement.description().ifPresent(text -> shape.put("Description", text));
        return shape;
    }

    private static AthenaException notFound(String name) {
        return AthenaException.resourceNotFound(name, "PreparedStatement " + name + " was not found");
    }

    private static String name(Input input) {
        return input.required("StatementName", NAME);
    }

    private static String workgroup(Input input) {
        return input.required("WorkGroup", WorkgroupOperations.NAME);
    }
}
