package io.atalaya.lakehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileIOTest {
    @TempDir
    Path folder;

    private Path root;
    private LocalFileIO files;

    @BeforeEach
    void open() {
        root = Warehouse.at(folder.resolve("warehouse")).root();
        files = new LocalFileIO(root);
    }

    private void write(String location, String text) throws IOException {
        try (PositionOutputStream stream = files.newOutputFile(location).create()) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            assertThat(stream.getPos()).isEqualTo(text.length());
        }
    }

    @Test
    void a_file_appears_when_its_stream_closes() throws IOException {
        Path file = root.resolve("a/b/file");
        try (PositionOutputStream stream = files.newOutputFile(file.toString()).create()) {
            stream.write(1);
            assertThat(file).doesNotExist();
        }
        assertThat(file).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("r--r--r--");
        try (Stream<Path> entries = Files.list(file.resolveSibling(""))) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void a_file_is_never_replaced_even_by_one_begun_earlier() throws IOException {
        String file = root.resolve("file").toString();
        PositionOutputStream late = files.newOutputFile(file).create();
        late.write(2);
        write(file, "first");
        assertThatThrownBy(late::close).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> files.newOutputFile(file).create()).isInstanceOf(AlreadyExistsException.class);
        assertThat(Files.readString(Path.of(file))).isEqualTo("first");
        try (PositionOutputStream stream = files.newOutputFile(file).createOrOverwrite()) {
            stream.write("second".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.readString(Path.of(file))).isEqualTo("second");
        assertThat(root.toFile().list()).containsExactly("file");
    }

    @Test
    void a_file_is_read_from_anywhere() throws IOException {
        String file = root.resolve("file").toString();
        write(file, "0123456789");
        assertThat(files.newInputFile("file:" + file).getLength()).isEqualTo(10);
        try (SeekableInputStream stream = files.newInputFile("file://" + file).newStream()) {
            stream.seek(4);
            assertThat(stream.read()).isEqualTo('4');
            assertThat(stream.getPos()).isEqualTo(5);
            byte[] range = new byte[3];
            ((RangeReadable) stream).readFully(7, range);
            assertThat(new String(range, StandardCharsets.UTF_8)).isEqualTo("789");
            assertThat(((RangeReadable) stream).readTail(new byte[20])).isEqualTo(10);
            stream.seek(10);
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void a_missing_file_is_named() {
        String file = root.resolve("none").toString();
        assertThat(files.newInputFile(file).exists()).isFalse();
        assertThatThrownBy(() -> files.newInputFile(file).getLength())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(file);
        assertThatThrownBy(() -> files.newInputFile(file).newStream()).isInstanceOf(NotFoundException.class);
        files.deleteFile(file);
    }

    @Test
    void nothing_outside_the_root_is_touched() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.createSymbolicLink(root.resolve("link"), folder);
        Files.createSymbolicLink(root.resolve("dangling"), folder.resolve("new"));
        for (String location : List.of(
                secret.toString(),
                "file:" + secret,
                root + "/../secret",
                root + "/a/../../secret",
                root + "/link/secret",
                root + "/link/new/file",
                "relative",
                "/etc/passwd")) {
            assertThatThrownBy(() -> files.newInputFile(location).newStream())
                    .as(location)
                    .isInstanceOf(LakehouseException.OutsideWarehouse.class);
            assertThatThrownBy(() -> files.newOutputFile(location).create())
                    .as(location)
                    .isInstanceOf(LakehouseException.OutsideWarehouse.class);
            assertThatThrownBy(() -> files.deleteFile(location))
                    .as(location)
                    .isInstanceOf(LakehouseException.OutsideWarehouse.class);
        }
        assertThatThrownBy(() -> files.newOutputFile(root + "/dangling").create())
                .isInstanceOf(Exception.class);
        assertThat(secret).exists();
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void files_below_a_folder_are_listed_and_deleted() throws IOException {
        write(root + "/t/1", "a");
        write(root + "/t/x/2", "bb");
        write(root + "/u/3", "c");
        assertThat(files.listPrefix(root + "/t")).extracting(FileInfo::size).containsExactlyInAnyOrder(1L, 2L);
        files.deleteFiles(List.of(root + "/t/1", root + "/t/none"));
        assertThat(files.listPrefix(root + "/t")).hasSize(1);
        files.deletePrefix(root + "/t");
        assertThat(files.listPrefix(root + "/t")).isEmpty();
        assertThat(files.listPrefix(root + "/u")).hasSize(1);
    }
}
