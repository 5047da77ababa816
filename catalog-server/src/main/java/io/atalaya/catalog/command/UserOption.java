package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.config.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As whom a command works that needs a user and not the operator. */
public final class UserOption {
    @Option(names = "--user", paramLabel = "NAME", description = "A user of credentials.json in the data directory.")
    private @Nullable String user;

    /**
     * What the user proves itself with.
     *
     * @throws CommandException if nobody is named, or nothing is known of who is
     */
    String token(DataDirectory directory) throws IOException {
        if (user == null) {
            String given = System.getenv("ATALAYA_TOKEN");
            if (given == null || given.isBlank()) {
                throw new CommandException("Say who asks: set ATALAYA_TOKEN to an API token, or name a user of the"
                        + " demonstration with --user");
            }
            return given;
        }
        if (Files.exists(directory.credentials())) {
            JsonNode token = new ObjectMapper()
                    .readTree(Files.readAllBytes(directory.credentials()))
                    .path(user)
                    .path("token");
            if (token.isTextual()) {
                return token.asText();
            }
        }
        throw new CommandException(
                directory.credentials() + " has no token of '" + user + "'; set ATALAYA_TOKEN to one instead");
    }
}
