package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is its bytes alone: it reads no file and carries nothing with it but standard operators. */
class WholeInItselfTest {
    static byte[] model(OnnxMessage graph) {
        return new OnnxMessage()
                .number(1, 8)
                .message(8, new OnnxMessage().text(1, "").number(2, 13))
                .message(7, graph)
                .toBytes();
    }

    private static void refused(byte[] onnx, String why) {
        assertThatThrownBy(() -> Scorer.open(onnx).close())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(why);
    }

    /** Gives back four numbers that are in another file. */
    static OnnxMessage readsFile(String file) {
        OnnxMessage tensor = new OnnxMessage()
                .number(1, 4)
                .number(2, 1)
                .text(8, "secret")
                .message(13, new OnnxMessage().text(1, "location").text(2, file))
                .message(13, new OnnxMessage().text(1, "length").text(2, "16"))
                .number(14, 1);
        return new OnnxMessage()
                .message(1, new OnnxMessage().text(1, "secret").text(2, "told").text(4, "Identity"))
                .text(2, "g")
                .message(5, tensor)
                .message(12, new OnnxMessage().text(1, "told"));
    }

    @Test
    void numbers_in_other_files_are_refused(@TempDir Path folder) throws Exception {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "sixteen letters.");
        refused(model(readsFile(secret.toString())), "has numbers in other files");
        refused(model(readsFile("pom.xml")), "has numbers in other files");
        OnnxMessage inConstant = new OnnxMessage()
                .message(
                        1,
                        new OnnxMessage()
                                .text(4, "Constant")
                                .message(
                                        5,
                                        new OnnxMessage()
                                                .message(
                                                        5,
                                                        new OnnxMessage()
                                                                .number(1, 4)
                                                                .number(14, 1))));
        refused(model(inConstant), "has numbers in other files");
    }

    @Test
    void what_a_model_of_ours_never_has_is_refused() {
        OnnxMessage within = new OnnxMessage()
                .message(
                        1,
                        new OnnxMessage()
                                .text(4, "Loop")
                                .message(5, new OnnxMessage().message(6, readsFile("pom.xml"))));
        refused(model(within), "has a graph within its graph");
        refused(
                model(new OnnxMessage()
                        .message(1, new OnnxMessage().text(4, "Shell").text(7, "com.example"))),
                "has operators that are not of the standard");
        refused(model(new OnnxMessage().message(15, new OnnxMessage())), "has sparse tensors");
        refused(new OnnxMessage().message(25, new OnnxMessage().text(1, "f")).toBytes(), "has functions");
        refused(new OnnxMessage().message(20, new OnnxMessage()).toBytes(), "says how to train it");
    }

    @Test
    void bytes_that_are_no_model_are_refused() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            refused(bytes, "");
        }
    }
}
