package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.rowfile.RowFile;
import io.atalaya.lakehouse.rowfile.RowValues;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that are written row by row, one for each folder that the rows name. */
final class PartitionedRows implements Closeable {
    private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

    /** What all files together may hold in memory. */
    private static final int BYTES_HELD = 1 << 24;

    private final ExportFormat.ByRow format;
    private final String file;
    private final Path folder;
    private final Map<Path, RowFile> files = new LinkedHashMap<>();
    private long rows;

    PartitionedRows(ExportFormat.ByRow format, String name, Path folder) throws IOException {
        this.format = format;
        this.file = name + "_0." + format.format().extension();
        this.folder = folder;
        if (format.partitionedBy().isEmpty()) {
            files.put(Path.of(file), create(Path.of(file), BYTES_HELD));
        }
    }

    private RowFile create(Path path, int bytesHeld) throws IOException {
        Path whole = folder.resolve(path);
        Files.createDirectories(whole.resolveSibling(""));
        return RowFile.create(format.format(), whole, format.row(), format.compression(), bytesHeld);
    }

    /** Adds the current row; false if it were of one folder more than {@code mostFolders}. */
    boolean add(ResultSet row, int mostFolders) throws SQLException, IOException {
        Path path = path(row);
        RowFile open = files.get(path);
        if (open == null) {
            if (files.size() == mostFolders) {
                return false;
            }
            open = create(path, BYTES_HELD / mostFolders);
            files.put(path, open);
        }
        open.add(RowValues.row(row, format.row()));
        rows++;
        return true;
    }

    /** As the engine names folders. */
    private Path path(ResultSet row) throws SQLException {
        int column = format.row().fields().size();
        StringBuilder path = new StringBuilder();
        for (String name : format.partitionedBy()) {
            String value = row.getString(++column);
            path.append(name)
                    .append('=')
                    .append(value == null ? NO_VALUE : escaped(value))
                    .append('/');
        }
        return Path.of(path + file);
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** What was written, when the files are whole. */
    Export.Written written() throws IOException {
        for (RowFile open : files.values()) {
            open.close();
        }
        List<Path> paths = new ArrayList<>(files.keySet());
        files.clear();
        return new Export.Written(rows, paths);
    }

    /** Lets go of files that nobody wants. */
    @Override
    public void close() throws IOException {
        for (RowFile open : files.values()) {
            open.close();
        }
    }
}
