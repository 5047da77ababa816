package io.atalaya.ingestion.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The text a pipeline is written in, complete enough to read it again without its workspace.
 *
 * @param workspace absolute folder that relative folders in the pipeline start from
 * @param file the YAML file, relative to the workspace
 * @param yaml its text
 * @param sql the texts of the SQL files it names, by the path it names them with; of other files their SHA-256
 */
public record PipelineSource(Path workspace, String file, String yaml, SortedMap<String, String> sql) {
    public PipelineSource {
        sql = new TreeMap<>(sql);
    }

    /** Names this text: equal only for equal text. */
    public String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(workspace.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(yaml.getBytes(StandardCharsets.UTF_8));
            sql.forEach((path, text) -> {
                digest.update((byte) 0);
                digest.update(path.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(text.getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
