package io.atalaya.lakehouse.read;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The columns of a data file that we wrote, as a fingerprint in its name: where it equals that of the schema to read,
 * the file's columns are the wanted ones by name and type, and the engine need not map them by field id.
 */
public final class FileLayout {
    private static final Pattern OURS = Pattern.compile("atalaya-([0-9a-f]{16})-.*\\.parquet");

    private FileLayout() {}

    /** The fingerprint of ids, names, types and order of all columns. */
    public static String of(Schema schema) {
        StringBuilder text = new StringBuilder();
        describe(schema.asStruct(), text);
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The name of a new data file with the columns of {@code schema}; {@code unique} makes it one of a kind. */
    public static String fileName(Schema schema, String unique) {
        return "atalaya-" + of(schema) + "-" + unique + ".parquet";
    }

    /** The fingerprint in a file's name; empty for a file another engine wrote. */
    static Optional<String> ofFile(String path) {
        Matcher name = OURS.matcher(String.valueOf(Path.of(path).getFileName()));
        return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }

    private static void describe(Type type, StringBuilder text) {
        if (!type.isNestedType()) {
            text.append(type);
            return;
        }
        text.append(type.typeId()).append('(');
        for (Types.NestedField field : type.asNestedType().fields()) {
            text.append(field.fieldId())
                    .append(' ')
                    .append(field.name().length())
                    .append(field.name());
            text.append(' ');
            describe(field.type(), text);
            text.append(',');
        }
        text.append(')');
    }
}
