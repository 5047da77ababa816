package io.atalaya.query.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/** Functions of Trino that are simplest in Java, a chunk of rows at a call. */
final class ScalarFunctions {
    private ScalarFunctions() {}

    /** The text arguments of a chunk. */
    interface Texts {
        String get(int argument, long row);
    }

    /** The result for one row, of arguments that are not null. */
    interface TextFunction {
        @Nullable String apply(Texts values, long row);
    }

    /** Registers a function of texts to text; a null argument gives null. */
    static void register(Connection connection, String name, int arguments, TextFunction function) throws SQLException {
        DuckDBColumnType[] types = new DuckDBColumnType[arguments];
        java.util.Arrays.fill(types, DuckDBColumnType.VARCHAR);
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName(name)
                    .withParameters(types)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((input, output) -> {
                        DuckDBReadableVector[] vectors = new DuckDBReadableVector[arguments];
                        for (int index = 0; index < arguments; index++) {
                            vectors[index] = input.vector(index);
                        }
                        Texts texts = (argument, row) -> vectors[argument].getString(row);
                        long rows = input.rowCount();
                        for (long row = 0; row < rows; row++) {
                            String result = anyNull(vectors, row) ? null : function.apply(texts, row);
                            if (result == null) {
                                output.setNull(row);
                            } else {
                                output.setString(row, result);
                            }
                        }
                    })
                    .register(connection);
        }
    }

    private static boolean anyNull(DuckDBReadableVector[] vectors, long row) {
        for (DuckDBReadableVector vector : vectors) {
            if (vector.isNull(row)) {
                return true;
            }
        }
        return false;
    }

    static void registerAll(Connection connection) throws SQLException {
        registerNumbers(connection);
        register(
                connection,
                "atalaya_url_encode",
                1,
                (values, row) -> URLEncoder.encode(values.get(0, row), StandardCharsets.UTF_8));
        register(
                connection,
                "atalaya_url_decode",
                1,
                (values, row) -> URLDecoder.decode(values.get(0, row), StandardCharsets.UTF_8));
        register(connection, "atalaya_url_part", 2, (values, row) -> part(values.get(0, row), values.get(1, row)));
        register(
                connection,
                "atalaya_url_parameter",
                2,
                (values, row) -> parameter(values.get(0, row), values.get(1, row)));
    }

    private static void registerNumbers(Connection connection) throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName("atalaya_double_text")
                    .withParameters(DuckDBColumnType.DOUBLE)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((input, output) -> {
                        var values = input.vector(0);
                        for (long row = 0; row < input.rowCount(); row++) {
                            if (values.isNull(row)) {
                                output.setNull(row);
                            } else {
                                output.setString(row, scientific(Double.toString(values.getDouble(row))));
                            }
                        }
                    })
                    .register(connection);
        }
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName("atalaya_real_text")
                    .withParameters(DuckDBColumnType.FLOAT)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((input, output) -> {
                        var values = input.vector(0);
                        for (long row = 0; row < input.rowCount(); row++) {
                            if (values.isNull(row)) {
                                output.setNull(row);
                            } else {
                                output.setString(row, scientific(Float.toString(values.getFloat(row))));
                            }
                        }
                    })
                    .register(connection);
        }
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName("atalaya_to_base")
                    .withParameters(DuckDBColumnType.BIGINT, DuckDBColumnType.BIGINT)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((input, output) -> {
                        for (long row = 0; row < input.rowCount(); row++) {
                            if (input.vector(0).isNull(row) || input.vector(1).isNull(row)) {
                                output.setNull(row);
                            } else {
                                output.setString(
                                        row, Long.toString(input.vector(0).getLong(row), (int)
                                                input.vector(1).getLong(row)));
                            }
                        }
                    })
                    .register(connection);
        }
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName("atalaya_from_base")
                    .withParameters(DuckDBColumnType.VARCHAR, DuckDBColumnType.BIGINT)
                    .withReturnType(DuckDBColumnType.BIGINT)
                    .withVectorizedFunction((input, output) -> {
                        for (long row = 0; row < input.rowCount(); row++) {
                            if (input.vector(0).isNull(row) || input.vector(1).isNull(row)) {
                                output.setNull(row);
                            } else {
                                output.setLong(
                                        row, Long.parseLong(input.vector(0).getString(row), (int)
                                                input.vector(1).getLong(row)));
                            }
                        }
                    })
                    .register(connection);
        }
    }

    private static final Pattern PLAIN = Pattern.compile("(-?)(\\d+)\\.(\\d+)");

    /** A floating-point number as Trino's cast to varchar writes it: {@code 1.5E0}. */
    static String scientific(String java) {
        Matcher matcher = PLAIN.matcher(java);
        if (!matcher.matches()) {
            return java;
        }
        String digits = matcher.group(2) + matcher.group(3);
        int lead = 0;
        while (lead < digits.length() - 1 && digits.charAt(lead) == '0') {
            lead++;
        }
        if (digits.chars().allMatch(digit -> digit == '0')) {
            return matcher.group(1) + "0E0";
        }
        int exponent = matcher.group(2).length() - 1 - lead;
        String fraction = digits.substring(lead + 1).replaceAll("0+$", "");
        return matcher.group(1) + digits.charAt(lead) + "." + (fraction.isEmpty() ? "0" : fraction) + "E" + exponent;
    }

    private static @Nullable URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException notUrl) {
            return null;
        }
    }

    private static @Nullable String part(String url, String part) {
        URI uri = uri(url);
        if (uri == null) {
            return null;
        }
        return switch (part) {
            case "protocol" -> uri.getScheme() == null ? "" : uri.getScheme();
            case "host" -> uri.getHost() == null ? "" : uri.getHost();
            case "port" -> uri.getPort() < 0 ? null : Integer.toString(uri.getPort());
            case "path" -> uri.getPath() == null ? "" : uri.getPath();
            case "query" -> uri.getQuery() == null ? "" : uri.getQuery();
            default -> uri.getFragment() == null ? "" : uri.getFragment();
        };
    }

    private static @Nullable String parameter(String url, String name) {
        URI uri = uri(url);
        if (uri == null || uri.getRawQuery() == null) {
            return null;
        }
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (URLDecoder.decode(key, StandardCharsets.UTF_8).equals(name)) {
                return equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
