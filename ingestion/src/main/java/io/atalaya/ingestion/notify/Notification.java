package io.atalaya.ingestion.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageWork;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Says what a notify stage says: in the run's log, to people, and to an address. */
public final class Notification {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Notifier notifier;
    private final People people;

    public Notification(Notifier notifier, People people) {
        this.notifier = notifier;
        this.people = people;
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
        return new Done(0, 0, 0, String.join("; ", told));
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
