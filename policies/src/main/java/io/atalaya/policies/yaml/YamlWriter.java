package io.atalaya.policies.yaml;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Writes records as YAML that {@link StrictYaml} reads back as equal ones. What is null in a record is left out. */
public final class YamlWriter {
    private static final int WIDTH = 120;

    private final JsonMapper mapper = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    /**
     * The value as YAML, below comments.
     *
     * @param comments each a line, without the {@code #}
     */
    public String write(List<String> comments, Object value) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
        options.setIndent(2);
        options.setIndicatorIndent(0);
        options.setWidth(WIDTH);
        options.setSplitLines(false);
        options.setAllowUnicode(true);
        Map<String, Object> tree = mapper.convertValue(value, new TypeReference<LinkedHashMap<String, Object>>() {});
        return comments.stream()
                        .map(comment -> "# " + comment.replaceAll("\\R", " ") + "\n")
                        .collect(Collectors.joining())
                + yaml(options).dump(tree);
    }

    private static Yaml yaml(DumperOptions options) {
        LoaderOptions reading = new LoaderOptions();
        return new Yaml(new SafeConstructor(reading), new Texts(options), options, reading, new Words());
    }

    /** Quotes what other readers take for true or false, but not {@code on}, a key that every grant has. */
    private static final class Words extends Resolver {
        private static final Pattern TRUTHS =
                Pattern.compile("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|On|ON|off|Off|OFF");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, TRUTHS, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
            addImplicitResolver(Tag.TIMESTAMP, TIMESTAMP, "0123456789");
        }
    }

    /** Writes as escapes what cannot be printed, of which the library makes bytes, and what YAML takes for an end of line. */
    private static final class Texts extends Representer {
        private static final Pattern OTHER_BREAKS = Pattern.compile("[\\r\\u0085\\u2028\\u2029\\uFEFF]");

        Texts(DumperOptions options) {
            super(options);
            representers.put(String.class, value -> {
                String text = String.valueOf(value);
                boolean plain = StreamReader.isPrintable(text)
                        && !OTHER_BREAKS.matcher(text).find();
                return representScalar(
                        Tag.STR,
                        text,
                        !plain
                                ? DumperOptions.ScalarStyle.DOUBLE_QUOTED
                                : text.indexOf('\n') < 0
                                        ? DumperOptions.ScalarStyle.PLAIN
                                        : DumperOptions.ScalarStyle.LITERAL);
            });
        }
    }
}
