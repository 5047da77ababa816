package io.atalaya.ingestion.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Sentence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/** Says what a notify stage says: in the run's log, to people, and to an address. */
public final class Notification {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Notifier notifier;
    private final People people;
    private final Clouds clouds;
    private final News news;

    public Notification(Notifier notifier, People people, Clouds clouds, News news) {
        this.notifier = notifier;
        this.people = people;
        this.clouds = clouds;
        this.news = news;
    }

    /** Logs the message, and says it where the stage wants it said; of rows, only if there are new ones. */
    public Done run(StageWork work, Stage.Notify stage, Run run, boolean success) throws InterruptedException {
        return stage.rows().isPresent()
                ? rows(work, stage, stage.rows().get(), run, success)
                : always(work, stage, run, success);
    }

    private Done always(StageWork work, Stage.Notify stage, Run run, boolean success) throws InterruptedException {
        work.log(stage.message());
        List<Sentence> told = new ArrayList<>(List.of(Sentence.of("Logged")));
        if (!stage.to().isEmpty()) {
            told.add(told(people.tell(word(work, stage, work.run(), stage.message(), success, stage.to()))));
        }
        send(work, stage, body(stage, run, run.id(), success), told);
        return new Done(0, 0, 0, Sentence.joined("; ", told));
    }

    private Done rows(StageWork work, Stage.Notify stage, Stage.Notify.Rows rows, Run run, boolean success)
            throws InterruptedException {
        List<Sentence> told = new ArrayList<>();
        long found = news.forAll(work, rows, (of, count) -> {
            work.log(message(stage, count));
            ObjectNode body = body(stage, run, of, success);
            send(work, stage, body.put("newRows", count), told);
        });
        told.addFirst(found == 0 ? Sentence.of("No new rows") : Sentence.of("{0} new rows", Sentence.count(found)));
        int persons = 0;
        for (String user : new TreeSet<>(people.people(stage.to()))) {
            long seen = news.forUser(
                    work,
                    rows,
                    user,
                    (of, count) -> people.tell(word(work, stage, of, message(stage, count), success, Set.of(user))));
            persons += seen > 0 ? 1 : 0;
        }
        if (persons > 0) {
            told.add(told(persons));
        }
        return new Done(0, 0, 0, Sentence.joined("; ", told));
    }

    private static String message(Stage.Notify stage, long rows) {
        return "%s (%,d new)".formatted(stage.message(), rows);
    }

    private static Sentence told(int persons) {
        return persons == 1 ? Sentence.of("told 1 person") : Sentence.of("told {0} people", persons);
    }

    private static People.Word word(
            StageWork work, Stage.Notify stage, UUID run, String message, boolean success, Set<String> who) {
        return new People.Word(
                run, work.pipeline().stages().indexOf(stage), work.pipeline().name(), message, success, who);
    }

    private void send(StageWork work, Stage.Notify stage, ObjectNode body, List<Sentence> told)
            throws InterruptedException {
        if (stage.webhook().isPresent()) {
            URI address = stage.webhook().get();
            int status = notifier.post(address, body.toString().getBytes(StandardCharsets.UTF_8), stage.secret());
            told.add(Sentence.of("posted to {0}, status {1}", address.getHost(), status));
        }
        stage.sns().ifPresent(topic -> {
            publish(work, topic, body);
            told.add(Sentence.of("published to {0}", topic.arn()));
        });
    }

    /** A topic in order (FIFO) takes the same word of the same run once within five minutes; another tells it by the run in it. */
    private void publish(StageWork work, Stage.Notify.Topic topic, ObjectNode body) {
        PublishRequest.Builder request =
                PublishRequest.builder().topicArn(topic.arn()).message(body.toString());
        if (topic.arn().endsWith(".fifo")) {
            request.messageGroupId(work.pipeline().name())
                    .messageDeduplicationId(Sha256.of(body.path("run").asText() + "/" + work.stage()));
        }
        try {
            clouds.sns(work.principal(), topic.cloud()).publish(request.build());
        } catch (SdkException e) {
            throw Clouds.failure(topic.cloud(), e);
        }
    }

    private static ObjectNode body(Stage.Notify stage, Run run, UUID of, boolean success) {
        ObjectNode json = JSON.createObjectNode();
        json.put("pipeline", run.pipeline());
        json.put("run", of.toString());
        json.put("outcome", success ? "SUCCESS" : "FAILURE");
        json.put("message", stage.message());
        run.stages()
                .forEach(one -> json.withArray("stages")
                        .addObject()
                        .put("name", one.name())
                        .put("state", one.state().name())
                        .put("rowsOut", one.rowsOut())
                        .put("rowsRejected", one.rowsRejected()));
        return json;
    }
}
