package io.atalaya.ingestion.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Bytes of keys, values and headers as text: UTF-8 as it is, others as {@code \\x4d5a}. */
final class Bytes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static boolean isText(byte[] bytes) {
        for (byte one : bytes) {
            if (one <= 0) {
                return decoded(bytes) != null;
            }
        }
        return true;
    }

    static String text(byte[] bytes) {
        String text = decoded(bytes);
        return text == null ? "\\x" + HexFormat.of().formatHex(bytes) : text;
    }

    private static @Nullable String decoded(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf(0) < 0 ? text : null;
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    /** Headers as a JSON object, one that is there several times with an array; null if there are none. */
    static @Nullable String headers(Headers headers) {
        ObjectNode object = null;
        for (Header header : headers) {
            object = object == null ? JSON.createObjectNode() : object;
            String value = header.value() == null ? null : text(header.value());
            switch (object.get(header.key())) {
                case null -> object.put(header.key(), value);
                case ArrayNode several -> several.add(value);
                case JsonNode one -> object.putArray(header.key()).add(one).add(value);
            }
        }
        return object == null ? null : object.toString();
    }
}
