package io.atalaya.lakehouse;

import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why the lakehouse refused or failed. The message names tables and columns, never values of rows. */
@SuppressWarnings("AnnotateFormatMethod") // which asks for constants, and some formats are chosen
public abstract sealed class LakehouseException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String format;
    private final transient List<Object> values;

    private LakehouseException(@Nullable Throwable cause, String format, Object... values) {
        super(format.formatted(values), cause);
        this.format = format;
        this.values = List.of(values);
    }

    /** What the message was made of, as {@link String#format} does; nothing but texts and numbers stand in it. */
    public String format() {
        return format;
    }

    /** What was put into it. */
    public List<Object> values() {
        return values;
    }

    /** Rows that do not fit the table they are written to. */
    public static final class RowsDoNotFit extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public RowsDoNotFit(String format, Object... values) {
            super(null, format, values);
        }

        public RowsDoNotFit(Throwable cause, String format, Object... values) {
            super(cause, format, values);
        }
    }

    /** A type, transform or file that this lakehouse cannot read or write. */
    public static final class NotSupported extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public NotSupported(String format, Object... values) {
            super(null, format, values);
        }
    }

    /** Others kept changing the table for as long as the write was tried again. Nothing was written. */
    public static final class Contended extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Contended(Throwable cause, String format, Object... values) {
            super(cause, format, values);
        }
    }

    /** The engine or the disk failed. Nothing was committed. */
    public static final class Failed extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Failed(String format, Object... values) {
            super(null, format, values);
        }

        public Failed(Throwable cause, String format, Object... values) {
            super(cause, format, values);
        }
    }

    /** A location outside the warehouse folder, or one that leads there through a symbolic link. */
    public static final class OutsideWarehouse extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public OutsideWarehouse(String format, Object... values) {
            super(null, format, values);
        }
    }
}
