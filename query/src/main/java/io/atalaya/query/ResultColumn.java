package io.atalaya.query;

/**
 * A column of a result.
 *
 * @param type as Trino writes it, such as {@code decimal(12,2)} or {@code array(varchar)}
 * @param precision as Athena's {@code ColumnInfo} gives it
 * @param scale as Athena's {@code ColumnInfo} gives it
 */
public record ResultColumn(String name, String type, int precision, int scale, boolean nullable) {
    /** The type without its parameters, as Athena's {@code ColumnInfo.Type} gives it. */
    public String athenaType() {
        if (type.startsWith("timestamp")) {
            return type.endsWith("with time zone") ? "timestamp with time zone" : "timestamp";
        }
        if (type.endsWith("with time zone")) {
            return "time with time zone";
        }
        if (type.equals("real")) {
            return "float";
        }
        int open = type.indexOf('(');
        return open < 0 ? type : type.substring(0, open);
    }
}
