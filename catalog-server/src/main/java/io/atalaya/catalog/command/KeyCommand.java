package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Access keys, for AWS's clients. */
@Command(
        name = "key",
        description = "Makes, lists and revokes access keys for AWS's clients.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class KeyCommand {
    @Command(
            name = "create",
            description = "Makes an access key and prints it; its secret is shown only this once.",
            mixinStandardHelpOptions = true)
    int create(@Parameters(paramLabel = "USER") String user, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode key = link.operator().post("/users/" + RestClient.segment(user) + "/keys", null);
            output.write(key, () -> {
                Console.line("AWS_ACCESS_KEY_ID=" + key.path("accessKeyId").asText());
                Console.line(
                        "AWS_SECRET_ACCESS_KEY=" + key.path("secretAccessKey").asText());
            });
        }
        return 0;
    }

    @Command(name = "list", description = "Lists a user's access keys.", mixinStandardHelpOptions = true)
    int list(@Parameters(paramLabel = "USER") String user, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode keys = link.operator()
                    .get("/users/" + RestClient.segment(user) + "/keys")
                    .path("items");
            output.write(keys, () -> Output.table(keys, "accessKeyId", "createdAt", "lastUsedAt"));
        }
        return 0;
    }

    @Command(name = "revoke", description = "Ends an access key at once.", mixinStandardHelpOptions = true)
    int revoke(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "ID") String id,
            @Mixin DataOption data) {
        try (ServerLink link = ServerLink.open(data.config())) {
            link.operator().delete("/users/" + RestClient.segment(user) + "/keys/" + RestClient.segment(id));
            Console.line("Revoked.");
        }
        return 0;
    }
}
