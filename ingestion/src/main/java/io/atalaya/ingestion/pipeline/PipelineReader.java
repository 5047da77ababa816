package io.atalaya.ingestion.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlDocument;
import io.atalaya.policies.yaml.YamlProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code pipelines/*.yaml}, those of {@code sources/}, and the files beside them. */
public final class PipelineReader {
    private static final int MAX_SQL_BYTES = 262_144;
    private static final int MAX_ARTIFACT_BYTES = 134_217_728;

    private final StrictYaml yaml = new StrictYaml(new SimpleModule().addDeserializer(Duration.class, new Durations()));

    /**
     * The pipelines of a workspace, by file name, but for those of {@code sources/}.
     *
     * @param workspace the folder that holds the folder {@code pipelines}
     * @throws YamlProblem naming the place of the first thing that is wrong
     */
    public List<Pipeline> readAll(Path workspace) {
        return readFolders(workspace, List.of("pipelines"));
    }

    /**
     * The pipelines of a workspace whose data comes from there, those of {@code pipelines/} first.
     *
     * @param sources name of a folder in {@code sources/}, which the workspace need not have
     * @throws YamlProblem naming the place of the first thing that is wrong
     */
    public List<Pipeline> readAll(Path workspace, String sources) {
        return readFolders(workspace, List.of("pipelines", "sources/" + sources));
    }

    private List<Pipeline> readFolders(Path workspace, List<String> folders) {
        Map<String, String> seen = new HashMap<>();
        List<Pipeline> pipelines = new ArrayList<>();
        for (String folder : folders) {
            for (Path file : files(workspace.resolve(folder))) {
                Pipeline pipeline = read(workspace, file);
                String other = seen.putIfAbsent(
                        pipeline.name(), workspace.relativize(file).toString());
                if (other != null) {
                    throw new YamlProblem(
                            file.toString(),
                            1,
                            1,
                            "name",
                            "'" + pipeline.name() + "' is the name of the pipeline in " + other + " already",
                            List.of());
                }
                pipelines.add(pipeline);
            }
        }
        return List.copyOf(pipelines);
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The pipeline in one file of a workspace. */
    public Pipeline read(Path workspace, Path file) {
        Path base = workspace.toAbsolutePath().normalize();
        YamlDocument<PipelineFile> document = yaml.document(file, PipelineFile.class);
        SortedMap<String, String> read = new TreeMap<>();
        PipelineBuilder builder = new PipelineBuilder(document, base, new FilesBeside() {
            @Override
            public String text(String path) {
                String text = sqlFile(base, file, path);
                read.put(path, text);
                return text;
            }

            @Override
            public Register.Artifact artifact(String path) {
                Register.Artifact artifact = artifactFile(base, file, path);
                read.put(path, artifact.sha256());
                return artifact;
            }
        });
        Pipeline draft = builder.build();
        Path relative = base.relativize(file.toAbsolutePath().normalize());
        return withSource(draft, new PipelineSource(base, relative.toString(), document.text(), read));
    }

    /** The pipeline in a text that was kept. */
    public Pipeline read(PipelineSource source) {
        YamlDocument<PipelineFile> document = yaml.document(source.file(), source.yaml(), PipelineFile.class);
        Path file = source.workspace().resolve(source.file());
        Pipeline draft = new PipelineBuilder(document, source.workspace(), new FilesBeside() {
                    @Override
                    public @Nullable String text(String path) {
                        return source.sql().get(path);
                    }

                    @Override
                    public Register.@Nullable Artifact artifact(String path) {
                        String sha256 = source.sql().get(path);
                        return sha256 == null ? null : new Register.Artifact(file.resolveSibling(path), sha256);
                    }
                })
                .build();
        return withSource(draft, source);
    }

    private static Pipeline withSource(Pipeline draft, PipelineSource source) {
        return new Pipeline(
                draft.name(),
                draft.description(),
                draft.owner(),
                draft.operators(),
                draft.runAs(),
                draft.purpose(),
                draft.concurrency(),
                draft.priority(),
                draft.deadline(),
                draft.triggers(),
                draft.stages(),
                source);
    }

    private static String sqlFile(Path workspace, Path pipelineFile, String path) {
        try {
            return Files.readString(within(workspace, pipelineFile, path, MAX_SQL_BYTES));
        } catch (IOException _) {
            throw new IllegalArgumentException("there is no readable UTF-8 file '" + path + "' beside the pipeline");
        }
    }

    private static Register.Artifact artifactFile(Path workspace, Path pipelineFile, String path) {
        if (!path.endsWith(".onnx")) {
            throw new IllegalArgumentException("'" + path + "' is no .onnx file");
        }
        try {
            Path file = within(workspace, pipelineFile, path, MAX_ARTIFACT_BYTES);
            return new Register.Artifact(file, Sha256.of(Files.readAllBytes(file)));
        } catch (IOException _) {
            throw new IllegalArgumentException("there is no readable file '" + path + "' beside the pipeline");
        }
    }

    /** A file of the workspace, wherever links lead. */
    private static Path within(Path workspace, Path pipelineFile, String path, int most) throws IOException {
        Path folder = pipelineFile.toAbsolutePath().normalize().getParent();
        Path file = (folder == null ? workspace : folder).resolve(path).normalize();
        if (!file.startsWith(workspace) || !file.toRealPath().startsWith(workspace.toRealPath())) {
            throw new IllegalArgumentException("'" + path + "' is outside the workspace");
        }
        if (Files.size(file) > most) {
            throw new IllegalArgumentException("'" + path + "' is longer than " + most + " bytes");
        }
        return file;
    }

    private static final class Durations extends StdDeserializer<Duration> {
        private static final long serialVersionUID = 1;
        private static final Pattern SHORT = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

        Durations() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText().strip();
            Matcher matcher = SHORT.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a duration; write a number and ms, s, m, h or d, such as 30s");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
    }
}
