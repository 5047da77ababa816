package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryService;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.WorkgroupPage;
import io.atalaya.query.workgroup.Workgroups;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Workgroups: get, list, create, update, delete. */
final class WorkgroupOperations {
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,128}");
    private static final Pattern STATE = Pattern.compile("ENABLED|DISABLED");

    private final Workgroups workgroups;
    private final QueryService queries;

    WorkgroupOperations(Workgroups workgroups, QueryService queries) {
        this.workgroups = workgroups;
        this.queries = queries;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "GetWorkGroup", this::get,
                "ListWorkGroups", this::list,
                "CreateWorkGroup", this::create,
                "UpdateWorkGroup", this::update,
                "DeleteWorkGroup", this::delete,
                "ListEngineVersions", this::engineVersions);
    }

    private ObjectNode get(Principal principal, Input input) {
        Workgroup workgroup = workgroups.get(input.required("WorkGroup", NAME));
        ObjectNode shape = summary(workgroup);
        ObjectNode configuration = shape.putObject("Configuration")
                .put("EnforceWorkGroupConfiguration", workgroup.enforced())
                .put("PublishCloudWatchMetricsEnabled", false)
                .put("RequesterPaysEnabled", false);
        ObjectNode result = configuration.putObject("ResultConfiguration");
        workgroup.outputLocation().ifPresent(location -> result.put("OutputLocation", location));
        configuration.putObject("ManagedQueryResultsConfiguration").put("Enabled", true);
        workgroup.bytesScannedCutoff().ifPresent(cutoff -> configuration.put("BytesScannedCutoffPerQuery", cutoff));
        ExecutionShape.engineVersion(configuration.putObject("EngineVersion"));
        return JSON.createObjectNode().set("WorkGroup", shape);
    }

    private ObjectNode list(Principal principal, Input input) {
        WorkgroupPage page = workgroups.list(
                input.text("NextToken", 1, 1024),
                input.integer("MaxResults", 1, 50).orElse(50));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("WorkGroups");
        for (Workgroup workgroup : page.workgroups()) {
            ObjectNode summary = summary(workgroup);
            ExecutionShape.engineVersion(summary.putObject("EngineVersion"));
            list.add(summary);
        }
        page.nextToken().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private ObjectNode create(Principal principal, Input input) {
        Input configuration = input.structure("Configuration");
        Map<String, String> tags = TagOperations.tags(input);
        Workgroup created = workgroups.create(
                principal,
                new Workgroup(
                        input.required("Name", NAME),
                        true,
                        input.text("Description", 0, 1024),
                        configuration.structure("ResultConfiguration").text("OutputLocation", 0, 2048),
                        configuration.truth("EnforceWorkGroupConfiguration").orElse(true),
                        configuration.longer("BytesScannedCutoffPerQuery"),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Instant.EPOCH));
        if (!tags.isEmpty()) {
            workgroups.tag(principal, created.name(), tags);
        }
        return JSON.createObjectNode();
    }

    private ObjectNode update(Principal principal, Input input) {
        Workgroup before = workgroups.get(input.required("WorkGroup", NAME));
        Input updates = input.structure("ConfigurationUpdates");
        workgroups.update(
                principal,
                new Workgroup(
                        before.name(),
                        input.text("State", STATE).map("ENABLED"::equals).orElse(before.enabled()),
                        input.text("Description", 0, 1024).or(before::description),
                        location(updates.structure("ResultConfigurationUpdates"), before),
                        updates.truth("EnforceWorkGroupConfiguration").orElse(before.enforced()),
                        cutoff(updates, before),
                        before.concurrency(),
                        before.queueLimit(),
                        before.createdAt()));
        return JSON.createObjectNode();
    }

    private ObjectNode delete(Principal principal, Input input) {
        queries.deleteWorkgroup(
                principal,
                input.required("WorkGroup", NAME),
                input.truth("RecursiveDeleteOption").orElse(false));
        return JSON.createObjectNode();
    }

    private ObjectNode engineVersions(Principal principal, Input input) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode versions = answer.putArray("EngineVersions");
        ExecutionShape.engineVersion(versions.addObject());
        ExecutionShape.engineVersion(versions.addObject()).put("SelectedEngineVersion", "Athena engine version 3");
        return answer;
    }

    private static Optional<String> location(Input updates, Workgroup before) {
        if (updates.truth("RemoveOutputLocation").orElse(false)) {
            return Optional.empty();
        }
        return updates.text("OutputLocation", 0, 2048).or(before::outputLocation);
    }

    private static OptionalLong cutoff(Input updates, Workgroup before) {
        if (updates.truth("RemoveBytesScannedCutoffPerQuery").orElse(false)) {
            return OptionalLong.empty();
        }
        OptionalLong given = updates.longer("BytesScannedCutoffPerQuery");
        return given.isPresent() ? given : before.bytesScannedCutoff();
    }

    private static ObjectNode summary(Workgroup workgroup) {
        ObjectNode shape = JSON.createObjectNode()
                .put("Name", workgroup.name())
                .put("State", workgroup.enabled() ? "ENABLED" : "DISABLED")
                .put("CreationTime", ExecutionShape.seconds(workgroup.createdAt()));
        workgroup.description().ifPresent(text -> shape.put("Description", text));
        return shape;
    }
}
