package io.atalaya.lakehouse.rowfile;

import java.util.List;

/** A type of the values in a file of rows, any of which may be null. */
public sealed interface FieldType {
    /** The types without parameters. */
    enum Simple implements FieldType {
        BOOLEAN,
        BYTE,
        SHORT,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        STRING,
        BINARY,
        /** The days since 1970. */
        DATE,
        /** A date with a time of day, to the millisecond; like the next one a count of microseconds since 1970. */
        TIMESTAMP_MILLIS,
        TIMESTAMP_MICROS
    }

    /** An exact number. */
    record Decimal(int precision, int scale) implements FieldType {}

    /** A list of values of one type. */
    record ListOf(FieldType element) implements FieldType {}

    /** Values by key. */
    record MapOf(FieldType key, FieldType value) implements FieldType {}

    /** Fields in an order. */
    record Struct(List<Field> fields) implements FieldType {
        public Struct {
            fields = List.copyOf(fields);
        }
    }

    /** A field of a struct. */
    record Field(String name, FieldType type) {}
}
