package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** API tokens. */
@Command(
        name = "token",
        description = "Makes, lists and revokes API tokens.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class TokenCommand {
    @Command(
            name = "create",
            description = "Makes a token and prints it; it is shown only this once.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "NAME", description = "What it is for.") String name,
            @Option(names = "--until", paramLabel = "TIME", description = "Such as 2027-01-01T00:00:00Z.") @Nullable Instant until,
            @Mixin DataOption data,
            @Mixin Output output) {
        Map<String, Object> request = new HashMap<>(Map.of("name", name));
        if (until != null) {
            request.put("expiresAt", until.toString());
        }
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode token = link.operator().post("/users/" + RestClient.segment(user) + "/tokens", request);
            output.write(token, () -> Console.line(token.path("token").asText()));
        }
        return 0;
    }

    @Command(name = "list", description = "Lists a user's tokens.", mixinStandardHelpOptions = true)
    int list(@Parameters(paramLabel = "USER") String user, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode tokens = link.operator()
                    .get("/users/" + RestClient.segment(user) + "/tokens")
                    .path("items");
            output.write(tokens, () -> Output.table(tokens, "id", "name", "createdAt", "expiresAt", "lastUsedAt"));
        }
        return 0;
    }

    @Command(name = "revoke", description = "Ends a token at once.", mixinStandardHelpOptions = true)
    int revoke(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "ID") String id,
            @Mixin DataOption data) {
        try (ServerLink link = ServerLink.open(data.config())) {
            link.operator().delete("/users/" + RestClient.segment(user) + "/tokens/" + RestClient.segment(id));
            Console.line("Revoked.");
        }
        return 0;
    }
}
