package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of another encoding as UTF-8. Bytes that mean nothing become 0xFF, which UTF-8 does not have. */
final class Transcoded extends InputStream {
    private final InputStream in;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private final CharBuffer chars = CharBuffer.allocate(1 << 16);
    private byte[] ready = new byte[0];
    private int position;
    private boolean atEnd;
    private boolean done;

    Transcoded(InputStream in, Charset charset) {
        this.in = in;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == ready.length) {
            if (done) {
                return -1;
            }
            decode();
        }
        int given = Math.min(length, ready.length - position);
        System.arraycopy(ready, position, target, offset, given);
        position += given;
        return given;
    }

    private void decode() throws IOException {
        if (!atEnd) {
            bytes.compact();
            int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (read < 0) {
                atEnd = true;
            } else {
                bytes.position(bytes.position() + read);
            }
            bytes.flip();
        }
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, atEnd);
        ByteBuffer good = StandardCharsets.UTF_8.encode(chars.flip());
        int size = good.remaining();
        if (result.isError()) {
            bytes.position(bytes.position() + result.length());
            ready = new byte[size + 1];
            ready[size] = (byte) 0xff;
        } else {
            ready = new byte[size];
            done = atEnd && result.isUnderflow();
        }
        good.get(ready, 0, size);
        position = 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
