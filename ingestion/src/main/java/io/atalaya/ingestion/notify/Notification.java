package io.atalaya.ingestion.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageWork;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/** Says what a notify stage says: in the run's log, to people, and to an address. */
public final class Notification {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Notifier notifier;
    private final People people;
    private final Clouds clouds;

    public Notification(Notifier notifier, People people, Clouds clouds) {
        this.notifier = notifier;
        this.people = people;
        this.clouds = clouds;
    }

    /** Logs the message, and says it where the stage wants it said. */
    public Done run(StageWork work, Stage.Notify stage, Run run, boolean success) throws InterruptedException {
        work.log(stage.message());
        List<String> told = new ArrayList<>(List.of("Logged"));
        if (!stage.to().isEmpty()) {
            int people = this.people.tell(new People.Word(
                    work.run(),
                    work.pipeline().stages().indexOf(stage),
                    work.pipeline().name(),
                    stage.message(),
                    success,
                    stage.to()));
            told.add("told " + people + (people == 1 ? " person" : " people"));
        }
        if (stage.webhook().isPresent()) {
            URI address = stage.webhook().get();
            int status =
                    notifier.post(address, body(stage, run, success).getBytes(StandardCharsets.UTF_8), stage.secret());
            told.add("posted to " + address.getHost() + ", status " + status);
        }
        stage.sns().ifPresent(topic -> {
            publish(work, topic, body(stage, run, success));
            told.add("published to " + topic.arn());
        });
        return new Done(0, 0, 0, String.join("; ", told));
    }

    /** A topic in order (FIFO) takes the same word of the same run once within five minutes; another tells it by the run in it. */
    private void publish(StageWork work, Stage.Notify.Topic topic, String body) {
        PublishRequest.Builder request =
                PublishRequest.builder().topicArn(topic.arn()).message(body);
        if (topic.arn().endsWith(".fifo")) {
            request.messageGroupId(work.pipeline().name())
                    .messageDeduplicationId(Sha256.of(work.run() + "/" + work.stage()));
        }
        try {
            clouds.sns(work.principal(), topic.cloud()).publish(request.build());
        } catch (SdkException e) {
            throw Clouds.failure(topic.cloud(), e);
        }
    }

    private static String body(Stage.Notify stage, Run run, boolean success) {
        ObjectNode json = JSON.createObjectNode();
        json.put("pipeline", run.pipeline());
        json.put("run", run.id().toString());
        json.put("outcome", success ? "SUCCESS" : "FAILURE");
        json.put("message", stage.message());
        run.stages()
                .forEach(one -> json.withArray("stages")
                        .addObject()
                        .put("name", one.name())
                        .put("state", one.state().name())
                        .put("rowsOut", one.rowsOut())
                        .put("rowsRejected", one.rowsRejected()));
        return json.toString();
    }
}
