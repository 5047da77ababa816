package io.atalaya.catalog.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a command's answer is written. */
public final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** For people or for programs. */
    public enum Form {
        TEXT,
        JSON
    }

    @Option(
            names = "--output",
            paramLabel = "FORM",
            description = "text or json (text).",
            converter = FormConverter.class)
    private Form form = Form.TEXT;

    /** Reads the form in lower case. */
    public static final class FormConverter implements picocli.CommandLine.ITypeConverter<Form> {
        @Override
        public Form convert(String value) {
            return switch (value) {
                case "text" -> Form.TEXT;
                case "json" -> Form.JSON;
                default ->
                    throw new picocli.CommandLine.TypeConversionException("'" + value + "' is neither text nor json");
            };
        }
    }

    boolean isJson() {
        return form == Form.JSON;
    }

    /** Writes the value as JSON, or does what says it to people. */
    void write(Object value, Runnable asText) {
        if (isJson()) {
            try {
                Console.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        } else {
            asText.run();
        }
    }

    /** A table of text: the fields of each item, under their names. */
    static void table(JsonNode items, String... fields) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode item : items) {
            List<String> row = new ArrayList<>();
            for (String field : fields) {
                JsonNode value = item.path(field);
                row.add(
                        value.isNull() || value.isMissingNode()
                                ? ""
                                : value.isValueNode() ? value.asText() : joined(value));
            }
            rows.add(row);
        }
        table(List.of(fields), rows);
    }

    /** A table of text. */
    static void table(List<String> names, List<List<String>> rows) {
        int[] widths = names.stream().mapToInt(String::length).toArray();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        Console.line(line(names, widths));
        rows.forEach(row -> Console.line(line(row, widths)));
    }

    private static String joined(JsonNode value) {
        List<String> parts = new ArrayList<>();
        value.forEach(part -> parts.add(part.asText()));
        return String.join(",", parts);
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(String.format(Locale.ROOT, "%-" + Math.max(1, widths[i]) + "s", cells.get(i)))
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }
}
