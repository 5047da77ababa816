package io.atalaya.catalog.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Posts messages of a file to a stage that takes them, with the pauses there were between them, made shorter. */
@Command(
        name = "replay",
        description = {
            "Posts the messages of a file, one JSON object a line, to a stage that messages are pushed to.",
            "The user proves itself with a token: ATALAYA_TOKEN, or, for a user of the demonstration, --user NAME."
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH = 1000;
    private static final long SHORTEST_PAUSE = 50;

    @Parameters(index = "0", paramLabel = "FILE", description = "Messages in the order they are to be sent.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "PIPELINE/STAGE", description = "Which stage they are for.")
    private String stage = "";

    @Option(
            names = "--by",
            paramLabel = "KEY",
            description = "The key of a message with its time, as 2017-01-01T15:54:44Z.")
    private @Nullable String by;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "With --by: how many seconds of the messages pass in one of ours (${DEFAULT-VALUE}).")
    private double speed;

    @Mixin
    private UserOption user = new UserOption();

    @Mixin
    private DataOption data = new DataOption();

    private record Message(String line, Instant at) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        int slash = stage.indexOf('/');
        if (slash < 1 || slash == stage.length() - 1) {
            throw new CommandException("Write the stage as PIPELINE/STAGE, not '" + stage + "'");
        }
        if (!(speed > 0)) {
            throw new CommandException("--speed is a number above 0");
        }
        List<Message> messages = messages();
        ServerConfig config = data.config();
        String path = "/pipelines/" + RestClient.segment(stage.substring(0, slash)) + "/streams/"
                + RestClient.segment(stage.substring(slash + 1));
        try (ServerLink link = ServerLink.open(config)) {
            RestClient client = link.operator().as(user.token(config.data()));
            long began = System.nanoTime();
            int sent = 0;
            while (sent < messages.size()) {
                Duration passed = Duration.ofNanos(System.nanoTime() - began);
                int until = due(messages, sent, passed);
                if (until > sent) {
                    client.postLines(path, lines(messages.subList(sent, until)));
                    sent = until;
                } else {
                    Duration next = after(messages, sent).minus(passed);
                    Thread.sleep(Math.max(SHORTEST_PAUSE, next.toMillis()));
                }
            }
            Console.line(sent + " messages were taken by " + stage);
        }
        return 0;
    }

    private int due(List<Message> messages, int from, Duration passed) {
        int until = from;
        while (until < messages.size()
                && until - from < BATCH
                && after(messages, until).compareTo(passed) <= 0) {
            until++;
        }
        return until;
    }

    /** When a message is to be sent, counted from the first. */
    private Duration after(List<Message> messages, int index) {
        Duration then =
                Duration.between(messages.getFirst().at(), messages.get(index).at());
        return Duration.ofNanos((long) (then.toNanos() / speed));
    }

    private static byte[] lines(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> text.append(message.line()).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private List<Message> messages() throws IOException {
        if (!Files.isReadable(file)) {
            throw new CommandException("There is no readable file " + file);
        }
        List<Message> messages = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                messages.add(new Message(line, time(line, number)));
            }
        }
        return messages;
    }

    private Instant time(String line, int number) {
        if (by == null) {
            return Instant.EPOCH;
        }
        try {
            JsonNode at = JSON.readTree(line).path(by);
            return Instant.parse(at.asText());
        } catch (JsonProcessingException | DateTimeException _) {
            throw new CommandException(file + ":" + number + ": '" + by + "' is no time such as 2017-01-01T15:54:44Z");
        }
    }
}
