package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Users. */
@Command(
        name = "user",
        description = "Adds, lists and changes users.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class UserCommand {
    @Command(name = "add", description = "Adds a user.", mixinStandardHelpOptions = true)
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--display-name", paramLabel = "TEXT") @Nullable String displayName,
            @Option(names = "--service", description = "A program: no password, only tokens and keys.") boolean service,
            @Option(names = "--profile", paramLabel = "NAME", description = "A profile it gets; may be repeated.")
                    @Nullable List<String> profiles,
            @Option(names = "--no-password", description = "Without a password for now.") boolean noPassword,
            @Mixin DataOption data,
            @Mixin Output output)
            throws IOException {
        Map<String, Object> request = new HashMap<>();
        request.put("name", name);
        request.put("displayName", displayName == null ? name : displayName);
        request.put("kind", service ? "service" : "human");
        request.put("profiles", Objects.requireNonNullElse(profiles, List.of()));
        if (!service && !noPassword) {
            request.put("password", Passwords.ask(name));
        }
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode user = link.operator().post("/users", request);
            output.write(user, () -> Console.line("Added " + name + "."));
        }
        return 0;
    }

    @Command(name = "list", description = "Lists users.", mixinStandardHelpOptions = true)
    int list(@Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode users = link.operator().get("/users?limit=1000").path("items");
            output.write(users, () -> Output.table(users, "name", "displayName", "kind", "profiles", "disabled"));
        }
        return 0;
    }

    @Command(
            name = "disable",
            description = "Lets a user in no more; sessions, tokens and keys end at once.",
            mixinStandardHelpOptions = true)
    int disable(@Parameters(paramLabel = "NAME") String name, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode ended = link.operator().delete("/users/" + RestClient.segment(name));
            output.write(ended, () -> Console.line("Disabled " + name + "."));
        }
        return 0;
    }

    @Command(name = "enable", description = "Lets a user in again.", mixinStandardHelpOptions = true)
    int enable(@Parameters(paramLabel = "NAME") String name, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode user = link.operator().post("/users/" + RestClient.segment(name) + "/enable", null);
            output.write(user, () -> Console.line("Enabled " + name + "."));
        }
        return 0;
    }

    @Command(
            name = "passwd",
            description = "Gives a user a password, asked for or read from the standard input.",
            mixinStandardHelpOptions = true)
    int passwd(@Parameters(paramLabel = "NAME") String name, @Mixin DataOption data) throws IOException {
        String password = Passwords.ask(name);
        try (ServerLink link = ServerLink.open(data.config())) {
            link.operator().put("/users/" + RestClient.segment(name) + "/password", Map.of("password", password));
            Console.line("Changed the password of " + name + "; its sessions have ended.");
        }
        return 0;
    }

    @Command(
            name = "revoke",
            description = "Ends every session, token and key of a user.",
            mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "NAME") String name, @Mixin DataOption data, @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode ended = link.operator().post("/users/" + RestClient.segment(name) + "/revoke", null);
            output.write(
                    ended,
                    () -> Console.line("Ended %d sessions, %d tokens and %d keys of %s."
                            .formatted(
                                    ended.path("sessions").asInt(),
                                    ended.path("tokens").asInt(),
                                    ended.path("accessKeys").asInt(),
                                    name)));
        }
        return 0;
    }

    @Command(
            name = "profile",
            description = "Gives a user a profile, or takes it back.",
            mixinStandardHelpOptions = true)
    int profile(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "PROFILE") String profile,
            @Option(names = "--remove", description = "Takes it back.") boolean remove,
            @Mixin DataOption data,
            @Mixin Output output) {
        String path = "/users/" + RestClient.segment(name) + "/profiles/" + RestClient.segment(profile);
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode user =
                    remove ? link.operator().delete(path) : link.operator().put(path, null);
            output.write(
                    user,
                    () -> Console.line(name + (remove ? " no longer has " : " has ") + "profile " + profile + "."));
        }
        return 0;
    }
}
