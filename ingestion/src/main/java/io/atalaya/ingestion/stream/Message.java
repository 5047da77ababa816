package io.atalaya.ingestion.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * A message as a line of JSON: the keys of what it holds, and before them what is known about it. What holds no JSON
 * object, or one with such a key of its own, makes a line that is no JSON either, so that it goes to quarantine: with what
 * came as a text under {@code _payload}, or if it is no text in Base64 under {@code _payload_base64}.
 */
final class Message {
    private static final byte[] NO_RECORD = "no record: ".getBytes(StandardCharsets.UTF_8);
    private static final JsonFactory JSON = new JsonFactory();

    private Message() {}

    /** The line, with its line feed. */
    static byte[] line(Map<String, String> about, byte[] payload) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(payload.length + 128);
        try (JsonGenerator out = JSON.createGenerator(line).disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)) {
            int body = bodyOf(about, payload);
            if (body == 0) {
                line.writeBytes(NO_RECORD);
            }
            out.writeStartObject();
            for (Map.Entry<String, String> entry : about.entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            if (body > 0) {
                out.flush();
                splice(payload, body, !about.isEmpty(), line);
            } else {
                keep(payload, out);
                out.writeEndObject();
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** Where the first key of the object begins, or its end; 0 if the payload is no object that can be taken as it is. */
    private static int bodyOf(Map<String, String> about, byte[] payload) {
        try (JsonParser in = JSON.createParser(payload)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return 0;
            }
            int body = (int) in.currentTokenLocation().getByteOffset() + 1;
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                if (about.containsKey(in.currentName())) {
                    return 0;
                }
                in.nextToken();
                in.skipChildren();
            }
            return in.nextToken() == null ? body : 0;
        } catch (IOException _) {
            return 0;
        }
    }

    /** What follows the opening brace, on one line: outside of texts a line feed is as good as a space. */
    private static void splice(byte[] payload, int body, boolean comma, ByteArrayOutputStream line) {
        int first = body;
        while (payload[first] <= ' ') {
            first++;
        }
        if (comma && payload[first] != '}') {
            line.write(',');
        }
        for (int i = first; i < payload.length; i++) {
            line.write(payload[i] == '\n' || payload[i] == '\r' ? ' ' : payload[i]);
        }
    }

    private static void keep(byte[] payload, JsonGenerator out) throws IOException {
        try {
            out.writeStringField(
                    "_payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException _) {
            out.writeStringField("_payload_base64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
