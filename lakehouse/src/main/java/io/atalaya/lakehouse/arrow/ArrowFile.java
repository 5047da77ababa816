package io.atalaya.lakehouse.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.atalaya.lakehouse.arrow.CStream.Column;
import io.atalaya.lakehouse.arrow.CStream.Values;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Rows as a file of Arrow (Feather 2), which programs read where it lies. The buffers are those of the engine.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">The file format</a>
 */
public final class ArrowFile {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int CONTINUES = 0xffffffff;
    private static final int ALIGNED = 64;

    /** So many rows are one batch; a page of text of each is some megabytes. */
    private static final long ROWS = 20_480;

    private final OutputStream out;
    private final List<Column> columns;
    private final List<Written> batches = new ArrayList<>();
    private long position;

    private ArrowFile(OutputStream out, List<Column> columns) {
        this.out = out;
        this.columns = columns;
    }

    /** A message in the file. */
    private record Written(long at, int metadata, long body) {}

    /** A buffer that is written: what of memory, and how much of it. */
    private record Part(MemorySegment memory, long length) {}

    /**
     * Writes all rows of a result.
     *
     * @param file which must not exist; what there is of it when this throws is not whole
     */
    public static void write(ResultSet rows, Path file) throws SQLException, IOException {
        try (CStream stream = CStream.of(rows, ROWS);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            ArrowFile arrow = new ArrowFile(out, stream.columns());
            arrow.begin();
            for (Optional<Values> batch = stream.next(); batch.isPresent(); batch = stream.next()) {
                arrow.add(batch.get());
            }
            arrow.end();
        }
    }

    private void begin() throws IOException {
        bytes(MAGIC);
        pad(8);
        FlatBufferBuilder to = new FlatBufferBuilder();
        int schema = schema(to);
        message(to, MessageHeader.Schema, schema, 0);
    }

    private int schema(FlatBufferBuilder to) {
        int[] fields = columns.stream()
                .mapToInt(column -> ArrowTypes.field(to, column))
                .toArray();
        int vector = Schema.createFieldsVector(to, fields);
        Schema.startSchema(to);
        Schema.addFields(to, vector);
        return Schema.endSchema(to);
    }

    private void add(Values batch) throws IOException {
        List<Values> nodes = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            gather(columns.get(i), batch.parts().get(i), nodes, parts);
        }
        FlatBufferBuilder to = new FlatBufferBuilder();
        RecordBatch.startNodesVector(to, nodes.size());
        for (Values node : nodes.reversed()) {
            FieldNode.createFieldNode(to, node.length(), node.nulls());
        }
        int nodeVector = to.endVector();
        long body = parts.stream().mapToLong(part -> aligned(part.length())).sum();
        RecordBatch.startBuffersVector(to, parts.size());
        long end = body;
        for (Part part : parts.reversed()) {
            end -= aligned(part.length());
            Buffer.createBuffer(to, end, part.length());
        }
        int bufferVector = to.endVector();
        RecordBatch.startRecordBatch(to);
        RecordBatch.addLength(to, batch.length());
        RecordBatch.addNodes(to, nodeVector);
        RecordBatch.addBuffers(to, bufferVector);
        batches.add(message(to, MessageHeader.RecordBatch, RecordBatch.endRecordBatch(to), body));
        for (Part part : parts) {
            bytes(part.memory().asSlice(0, part.length()));
            pad(ALIGNED);
        }
    }

    @SuppressWarnings("restricted")
    private static void gather(Column column, Values values, List<Values> nodes, List<Part> parts) {
        nodes.add(values);
        List<MemorySegment> buffers = values.buffers();
        List<Long> lengths = ArrowTypes.lengths(column.format(), values);
        for (int i = 0; i < lengths.size(); i++) {
            MemorySegment memory = buffers.get(i);
            boolean there = memory.address() != 0;
            long length = there ? lengths.get(i) : 0;
            parts.add(new Part(there ? memory.reinterpret(length) : MemorySegment.NULL, length));
        }
        for (int i = 0; i < column.parts().size(); i++) {
            gather(column.parts().get(i), values.parts().get(i), nodes, parts);
        }
    }

    private void end() throws IOException {
        number(CONTINUES);
        number(0);
        FlatBufferBuilder to = new FlatBufferBuilder();
        int schema = schema(to);
        Footer.startRecordBatchesVector(to, batches.size());
        for (Written batch : batches.reversed()) {
            Block.createBlock(to, batch.at(), batch.metadata(), batch.body());
        }
        int blocks = to.endVector();
        Footer.startFooter(to);
        Footer.addVersion(to, MetadataVersion.V5);
        Footer.addSchema(to, schema);
        Footer.addRecordBatches(to, blocks);
        to.finish(Footer.endFooter(to));
        byte[] footer = to.sizedByteArray();
        bytes(footer);
        number(footer.length);
        bytes(MAGIC);
    }

    /** Metadata are padded, so that the body begins at a place of its own. */
    private Written message(FlatBufferBuilder to, byte kind, int header, long body) throws IOException {
        Message.startMessage(to);
        Message.addVersion(to, MetadataVersion.V5);
        Message.addHeaderType(to, kind);
        Message.addHeader(to, header);
        Message.addBodyLength(to, body);
        to.finish(Message.endMessage(to));
        byte[] metadata = to.sizedByteArray();
        long at = position;
        int padded = (int) (aligned(at + 8 + metadata.length) - at - 8);
        number(CONTINUES);
        number(padded);
        bytes(metadata);
        pad(ALIGNED);
        return new Written(at, padded + 8, body);
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNED - 1) & -ALIGNED;
    }

    private void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private void bytes(MemorySegment memory) throws IOException {
        byte[] part = new byte[(int) Math.min(memory.byteSize(), 1 << 16)];
        for (long from = 0; from < memory.byteSize(); from += part.length) {
            int length = (int) Math.min(part.length, memory.byteSize() - from);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, from, part, 0, length);
            out.write(part, 0, length);
        }
        position += memory.byteSize();
    }

    private void number(int value) throws IOException {
        bytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void pad(int multiple) throws IOException {
        int missing = (int) (-position & (multiple - 1));
        bytes(new byte[missing]);
    }
}
