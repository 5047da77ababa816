package io.atalaya.ingestion.capture;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What reads the logs of databases. It is no part of the service, because it brings many libraries along: whatever
 * implements it is found, as drivers are, in the folder of drivers.
 */
public interface ChangeLog {
    /** Whether it reads the log of the database at that JDBC address. */
    boolean takes(String url);

    /** Begins to follow a table. */
    Following follow(Request request) throws InterruptedException;

    /**
     * Has the database keep nothing more for a follower that is gone. Does nothing if it keeps nothing.
     *
     * @throws io.atalaya.ingestion.IngestionException if it cannot be told now
     */
    void forget(Request request);

    /**
     * A table that is to be followed.
     *
     * @param follower by which the database knows how far it must keep its log; always the same for one stage
     * @param database its name among the server's settings
     * @param url of JDBC, without user and password
     * @param table as the database spells it, with its schema where that is not the standard one
     * @param position as {@link Following#position} gave it; empty: from the beginning
     */
    record Request(
            String follower,
            String database,
            String url,
            Optional<String> user,
            Optional<String> password,
            String table,
            Optional<String> position) {
        /** The same from another position. */
        Request from(Optional<String> other) {
            return new Request(follower, database, url, user, password, table, other);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Request[follower=" + follower + ", database=" + database + ", table=" + table + "]";
        }
    }

    /** A table that is followed, by one thread. */
    interface Following extends AutoCloseable {
        /** Whether what comes is not the changes since the position, but the whole table. */
        boolean isWhole();

        /** Why the whole table comes although there was a position. */
        Optional<String> loss();

        /** The next rows in the order of the log; waits a moment, and is empty if there are none yet. */
        List<Change> next() throws InterruptedException;

        /** Whether all has been given that there was when it began. */
        boolean isDone();

        /** Where to go on behind what {@link #next} has given. */
        String position();

        /** What {@link #next} has given is safe, and the database need not keep it. */
        void confirm() throws InterruptedException;

        @Override
        void close();
    }

    /**
     * The columns of a table at one moment of its log.
     *
     * @param columns optional, in lower case; ids mean nothing
     * @param key names of columns that identify a row; empty if the table has no key
     */
    record Shape(List<Types.NestedField> columns, List<String> key) {
        public Shape {
            columns = List.copyOf(columns);
            key = List.copyOf(key);
        }
    }

    /** A row as it has become, or was when it went. */
    final class Change {
        private final Shape shape;
        private final boolean gone;
        private final @Nullable String[] values;
        private final Set<Integer> kept;
        private final Optional<List<String>> from;
        private final boolean moving;

        /**
         * A change of a row.
         *
         * @param gone whether there is no row with its key any more
         * @param values of the columns, in their order, as text that can be cast to their types; binary ones in hexadecimal
         */
        public Change(Shape shape, boolean gone, @Nullable String[] values) {
            this(shape, gone, values, Set.of(), Optional.empty(), false);
        }

        /**
         * The same of a row of which not all is told.
         *
         * @param kept numbers of the columns that have the value they had
         * @param from the key that the row had until now, in the order of the key; empty if it is still that
         * @param moving whether the row goes because it gets another key, which the next change tells
         */
        public Change(
                Shape shape,
                boolean gone,
                @Nullable String[] values,
                Set<Integer> kept,
                Optional<List<String>> from,
                boolean moving) {
            this.shape = shape;
            this.gone = gone;
            this.values = values;
            this.kept = Set.copyOf(kept);
            this.from = from.map(List::copyOf);
            this.moving = moving;
        }

        Shape shape() {
            return shape;
        }

        boolean gone() {
            return gone;
        }

        /** The value of a column, by its number; null if it has none, or is not told. */
        public @Nullable String value(int column) {
            return values[column];
        }

        Set<Integer> kept() {
            return kept;
        }

        Optional<List<String>> from() {
            return from;
        }

        boolean moving() {
            return moving;
        }

        int characters() {
            int size = 16;
            for (String value : values) {
                size += value == null ? 1 : value.length();
            }
            return size;
        }
    }
}
