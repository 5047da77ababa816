package io.atalaya.catalog.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Fields of a line, found without parsing all of it. That works because a line is canonical: its keys are in order, and within
 * texts quotes are escaped.
 */
final class LineFields {
    private static final byte[] AT = "{\"at\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KIND = ",\"kind\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEQUENCE = ",\"seq\":".getBytes(StandardCharsets.US_ASCII);

    private LineFields() {}

    /** The sequence number a line claims, or -1. */
    static long sequence(byte[] line) {
        int place = lastIndexOf(line, SEQUENCE, line.length);
        return place < 0 ? -1 : number(line, place + SEQUENCE.length);
    }

    /** When it says that it was handed to the log; the epoch if it does not. */
    static Instant at(byte[] line) {
        long micros = startsWith(line, AT, 0) ? number(line, AT.length) : 0;
        return Instant.EPOCH.plus(Math.max(0, micros), ChronoUnit.MICROS);
    }

    /** Whether it is of that kind. */
    static boolean isOf(String kind, byte[] line) {
        int sequence = lastIndexOf(line, SEQUENCE, line.length);
        int place = sequence < 0 ? -1 : lastIndexOf(line, KIND, sequence);
        return place >= 0 && startsWith(line, (kind + "\"").getBytes(StandardCharsets.UTF_8), place + KIND.length);
    }

    private static int lastIndexOf(byte[] line, byte[] text, int before) {
        for (int i = before - text.length; i >= 0; i--) {
            if (startsWith(line, text, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] line, byte[] text, int place) {
        int i = 0;
        while (i < text.length && place + i < line.length && line[place + i] == text[i]) {
            i++;
        }
        return i == text.length;
    }

    private static long number(byte[] line, int place) {
        long number = 0;
        int digits = 0;
        for (int i = place; i < line.length && line[i] >= '0' && line[i] <= '9' && digits < 18; i++) {
            number = number * 10 + (line[i] - '0');
            digits++;
        }
        return digits == 0 ? -1 : number;
    }
}
