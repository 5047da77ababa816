package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void writes_numbers_as_the_examples_of_RFC_8785() {
        long[] bits = {
            0x0000000000000000L,
            0x8000000000000000L,
            0x0000000000000001L,
            0x8000000000000001L,
            0x7fefffffffffffffL,
            0x4340000000000000L,
            0x4430000000000000L,
            0x44b52d02c7e14af5L,
            0x44b52d02c7e14af6L,
            0x44b52d02c7e14af7L,
            0x444b1ae4d6e2ef4eL,
            0x444b1ae4d6e2ef4fL,
            0x444b1ae4d6e2ef50L,
            0x3eb0c6f7a0b5ed8cL,
            0x3eb0c6f7a0b5ed8dL,
            0x41b3de4355555553L,
            0x41b3de4355555557L,
            0xbecbf647612f3696L,
            0x43143ff3c1cb0959L
        };
        assertThat(Arrays.stream(bits).mapToObj(Double::longBitsToDouble).map(CanonicalJson::of))
                .containsExactly(
                        "0",
                        "0",
                        "5e-324",
                        "-5e-324",
                        "1.7976931348623157e+308",
                        "9007199254740992",
                        "295147905179352830000",
                        "9.999999999999997e+22",
                        "1e+23",
                        "1.0000000000000001e+23",
                        "999999999999999700000",
                        "999999999999999900000",
                        "1e+21",
                        "9.999999999999997e-7",
                        "0.000001",
                        "333333333.3333332",
                        "333333333.33333343",
                        "-0.0000033333333333333333",
                        "1424953923781206.2");
    }

    @Test
    void sorts_keys_by_UTF_16_units_and_escapes_as_RFC_8785() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("\u20ac", "Euro Sign");
        values.put("\r", "Carriage Return");
        values.put("\ufb33", "Hebrew Letter Dalet With Dagesh");
        values.put("1", "One");
        values.put("\ud83d\ude00", "Emoji");
        values.put("\u0080", "Control");
        values.put("\u00f6", "o");
        assertThat(CanonicalJson.of(values))
                .isEqualTo(
                        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"o\","
                                + "\"\u20ac\":\"Euro Sign\",\"\ud83d\ude00\":\"Emoji\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
        assertThat(CanonicalJson.of("\u20ac$\u000f\nA'B\"\\\\\"/\ud800"))
                .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\ufffd\"");
    }

    @Test
    void writes_what_JSON_cannot_hold_exactly_as_text() {
        assertThat(CanonicalJson.of(List.of(Long.MAX_VALUE, 42L, Double.NaN, Map.of(), List.of(), true)))
                .isEqualTo("[\"9223372036854775807\",42,\"NaN\",{},[],true]");
    }
}
