package io.atalaya.ingestion.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told through SNS; held against a double that checks signatures, not against SNS itself. */
class TopicIT {
    @TempDir
    Path folder;

    private AwsDouble aws;
    private IngestionWorld world;

    @BeforeEach
    void begin() {
        aws = new AwsDouble();
        world = IngestionWorld.sqlite(folder);
        world.cloud("aws", aws.address());
        world.restart(_ -> {}).start();
    }

    @AfterEach
    void end() {
        world.close();
        aws.close();
    }

    private void pipeline(String cloud, String topic) {
        world.pipeline("loads", """
                stages:
                  - name: tell
                    notify: {message: "Loads are in", sns: {cloud: %s, topic: "%s"}}
                """.formatted(cloud, topic));
    }

    @Test
    void a_topic_hears_what_became_of_a_run() {
        pipeline("aws", "arn:aws:sns:eu-west-1:123456789012:loads");
        Run run = world.run("loads");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
        Map<String, String> told = aws.published().getFirst();
        assertThat(told).containsEntry("TopicArn", "arn:aws:sns:eu-west-1:123456789012:loads");
        assertThat(told.get("Message"))
                .contains("Loads are in")
                .contains(run.id().toString());
        assertThat(told).doesNotContainKey("MessageDeduplicationId");
    }

    @Test
    void a_topic_in_order_hears_it_under_the_same_id_however_often_it_is_told() throws InterruptedException {
        pipeline("aws", "arn:aws:sns:eu-west-1:123456789012:loads.fifo");
        CountDownLatch dead = new CountDownLatch(1);
        world.restart(step -> {
                    if (step.equals("tell/done") && dead.getCount() > 0) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        UUID run = world.ingestion().runs().start(IngestionWorld.DE, "loads").id();
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        world.restart(_ -> {}).start();
        assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
        List<String> ids = aws.published().stream()
                .map(told -> told.get("MessageDeduplicationId"))
                .toList();
        assertThat(ids).hasSize(2);
        assertThat(ids.getFirst()).isEqualTo(ids.getLast()).hasSize(64);
        assertThat(aws.published().getFirst()).containsEntry("MessageGroupId", "loads");
    }

    @Test
    void an_account_of_others_is_not_used() {
        pipeline("theirs", "arn:aws:sns:eu-west-1:123456789012:loads");
        assertThat(world.run("loads").stage("tell").message().orElse("")).contains("no cloud 'theirs' for 'robot'");
        assertThat(aws.published()).isEmpty();
    }
}
