package io.atalaya.lakehouse;

import java.io.Serial;

/** Why the lakehouse refused or failed. The message names tables and columns, never values of rows. */
public abstract sealed class LakehouseException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    LakehouseException(String message) {
        super(message);
    }

    LakehouseException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Rows that do not fit the table they are written to. */
    public static final class RowsDoNotFit extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public RowsDoNotFit(String message) {
            super(message);
        }

        public RowsDoNotFit(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A type, transform or file that this lakehouse cannot read or write. */
    public static final class NotSupported extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public NotSupported(String message) {
            super(message);
        }
    }

    /** Others kept changing the table for as long as the write was tried again. Nothing was written. */
    public static final class Contended extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Contended(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The engine or the disk failed. Nothing was committed. */
    public static final class Failed extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Failed(String message) {
            super(message);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A location outside the warehouse folder, or one that leads there through a symbolic link. */
    public static final class OutsideWarehouse extends LakehouseException {
        @Serial
        private static final long serialVersionUID = 1L;

        public OutsideWarehouse(String message) {
            super(message);
        }
    }
}
