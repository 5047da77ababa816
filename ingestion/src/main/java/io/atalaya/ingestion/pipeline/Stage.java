package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.Rule.OnFailure;
import io.atalaya.lakehouse.vector.Metric;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.catalog.TableIdentifier;

/** One step of a pipeline. Every kind can be done twice with the effect of once. */
public sealed interface Stage
        permits Stage.Extract,
                Stage.Sql,
                Stage.Normalize,
                Stage.Check,
                Stage.Profile,
                Stage.Maintain,
                Stage.Index,
                Stage.Publish,
                Stage.Notify,
                Train,
                Register,
                Score,
                Embed {
    /** Unique in its pipeline; lower case letters, digits, {@code -} and {@code _}. */
    String name();

    /** Stages that must have succeeded before. */
    Set<String> needs();

    Retries retries();

    /** The kind, as the YAML names it. */
    default String kind() {
        return switch (this) {
            case Extract _ -> "extract";
            case Sql _ -> "sql";
            case Normalize _ -> "normalize";
            case Check _ -> "check";
            case Profile _ -> "profile";
            case Publish _ -> "publish";
            case Notify _ -> "notify";
            case Maintain _ -> "maintain";
            case Index _ -> "index";
            case Train _ -> "train";
            case Register _ -> "register";
            case Score _ -> "score";
            case Embed _ -> "embed";
        };
    }

    /** What a source has that was not taken yet, into a table. */
    record Extract(String name, Set<String> needs, Retries retries, Source source) implements Stage {
        public Extract {
            needs = Set.copyOf(needs);
        }
    }

    /**
     * A SELECT into a table.
     *
     * @param sql Athena's dialect; reads as the pipeline's principal
     * @param partitioning for a table that does not exist yet, such as {@code month(received_on)}
     */
    record Sql(
            String name,
            Set<String> needs,
            Retries retries,
            String sql,
            Optional<String> database,
            TableIdentifier target,
            Mode mode,
            List<String> partitioning)
            implements Stage {
        public Sql {
            needs = Set.copyOf(needs);
            partitioning = List.copyOf(partitioning);
        }
    }

    /**
     * A SELECT with nested columns into tables that refer to each other.
     *
     * @param key what tells its rows apart; never empty
     * @param target for the rows themselves
     * @param tables for lists and maps, by where they are, such as {@code lines.discounts}; others go beside the target
     * @param newRowsOf the table of which it reads only the rows that have come since it read it last; empty: it reads all
     */
    record Normalize(
            String name,
            Set<String> needs,
            Retries retries,
            String sql,
            Optional<String> database,
            List<String> key,
            TableIdentifier target,
            Map<String, TableIdentifier> tables,
            Optional<TableIdentifier> newRowsOf)
            implements Stage {
        public Normalize {
            needs = Set.copyOf(needs);
            key = List.copyOf(key);
            tables = Collections.unmodifiableMap(new TreeMap<>(tables));
        }
    }

    /** What a SELECT does to its table. */
    sealed interface Mode {
        /**
         * Its rows are added.
         *
         * @param newRowsOf the table of which it reads only rows that were not there when it read it last; empty: the only
         *     table it reads
         */
        record Append(Optional<TableIdentifier> newRowsOf) implements Mode {}

        /** Its rows replace all that were there. */
        record Overwrite() implements Mode {}

        /**
         * Its rows replace those of the day that the run is of, and are all of that day.
         *
         * @param column a date or a timestamp, which in UTC is of a day
         */
        record Day(String column) implements Mode {}

        /**
         * Its rows replace those with the same key.
         *
         * @param key never empty
         * @param order of rows with the same key the one with the greatest value stays; without, the delivered one
         * @param newRowsOf as with {@link Append}, if it reads only new rows
         * @param window which rows it takes at all; with one, it reads only new rows
         */
        record Merge(
                List<String> key, Optional<String> order, Optional<TableIdentifier> newRowsOf, Optional<Window> window)
                implements Mode {
            public Merge {
                key = List.copyOf(key);
            }

            /** Whether it reads only rows that it has not read yet. */
            public boolean readsNewRows() {
                return newRowsOf.isPresent() || window.isPresent();
            }
        }

        /**
         * Its rows begin and end versions of their keys; what was valid before stays.
         *
         * @param key never empty
         * @param order from when a row is valid; without, from the time it is read
         * @param tracked the columns of which a change makes a new version; empty: all but key and order
         * @param endsDeleted whether a version ends when its key is no longer among the rows
         */
        record History(List<String> key, Optional<String> order, List<String> tracked, boolean endsDeleted)
                implements Mode {
            public History {
                key = List.copyOf(key);
                tracked = List.copyOf(tracked);
            }
        }
    }

    /**
     * How late a row may come. Counted back from the newest row, in whole days if the length is a number of days, else in
     * whole hours; what is older goes elsewhere.
     *
     * @param column when something happened, a date or a timestamp; part of the key
     * @param late where rows go that are older
     */
    record Window(String column, Duration length, TableIdentifier late) {
        public Window {
            if (length.toHours() < 1 || !Duration.ofHours(length.toHours()).equals(length)) {
                throw new IllegalArgumentException("a window is some days or hours long, such as 3d or 6h");
            }
        }

        /** Whether days are counted, not hours. */
        public boolean inDays() {
            return Duration.ofDays(length.toDays()).equals(length);
        }
    }

    /**
     * Rules a table must keep.
     *
     * @param quarantine where rows go that break a rule which says so
     */
    record Check(
            String name,
            Set<String> needs,
            Retries retries,
            TableIdentifier table,
            TableIdentifier quarantine,
            List<Rule> rules)
            implements Stage {
        public Check {
            needs = Set.copyOf(needs);
            rules = List.copyOf(rules);
        }

        /** The rules whose rows go to quarantine. */
        public List<Rule> quarantining() {
            return rules.stream()
                    .filter(rule -> rule.onFailure() == OnFailure.QUARANTINE)
                    .toList();
        }
    }

    /** What the columns of tables hold. */
    record Profile(String name, Set<String> needs, Retries retries, List<TableIdentifier> tables) implements Stage {
        public Profile {
            needs = Set.copyOf(needs);
            tables = List.copyOf(tables);
        }
    }

    /**
     * Tables kept as they are best read; their rows stay the same.
     *
     * @param tables names {@code database.table} in which {@code *} and {@code ?} stand for others; never empty
     * @param orphans how old a file is that no snapshot names and that goes; empty: none goes
     */
    record Maintain(
            String name,
            Set<String> needs,
            Retries retries,
            List<String> tables,
            Optional<Compact> compact,
            boolean manifests,
            Optional<Expire> expire,
            Optional<Duration> orphans)
            implements Stage {
        public Maintain {
            needs = Set.copyOf(needs);
            tables = List.copyOf(tables);
        }

        /**
         * Small files become few, portion by portion.
         *
         * @param minFiles so many small files a partition has before they are written anew
         * @param portionBytes so much is written anew in one commit
         * @param within after that time no portion is begun; the first of each table is in any case
         */
        public record Compact(int minFiles, long portionBytes, Optional<Duration> within) {}

        /**
         * Old snapshots go.
         *
         * @param olderThan for how long one has not been the newest
         * @param keep so many stay however old they are
         */
        public record Expire(Duration olderThan, int keep) {}
    }

    /** A column of vectors, so that what is near to one is found quickly. */
    record Index(String name, Set<String> needs, Retries retries, TableIdentifier table, String column, Metric metric)
            implements Stage {
        public Index {
            needs = Set.copyOf(needs);
        }
    }

    /** What a SELECT gives, to the outside. */
    record Publish(
            String name, Set<String> needs, Retries retries, String sql, Optional<String> database, Destination to)
            implements Stage {
        public Publish {
            needs = Set.copyOf(needs);
        }

        /** Where to. */
        public sealed interface Destination {
            /** The name of the place, for people. */
            default String place() {
                return switch (this) {
                    case Files files -> files.folder() + "/" + files.name();
                    case Table table -> table.connection() + "/" + table.table();
                    case Webhook webhook -> String.valueOf(webhook.address().getHost());
                };
            }

            /**
             * Files below a folder of the server's settings.
             *
             * @param name of a folder in that
             */
            record Files(String folder, String name, Format format) implements Destination {}

            /**
             * A table of a database of the server's settings.
             *
             * @param key with MERGE; has a unique index
             */
            record Table(String connection, String table, Filling mode, List<String> key) implements Destination {
                public Table {
                    key = List.copyOf(key);
                }
            }

            /**
             * An address.
             *
             * @param secret name of the secret that signs it
             */
            record Webhook(URI address, Optional<String> secret) implements Destination {}

            /** How files are written. */
            enum Format {
                CSV,
                PARQUET
            }

            /** What rows do to a table. */
            enum Filling {
                /** They are all there is afterwards. */
                REPLACE,
                /** They replace those with the same key. */
                MERGE
            }
        }
    }

    /**
     * A word to whoever wants to know; without anybody to tell it is only logged.
     *
     * @param to users and profiles that are told in the console and by mail
     * @param webhook where it is posted
     * @param secret name of the secret that signs it
     * @param sns a topic that it is published to
     * @param on which outcomes of the stages before it is for
     * @param rows if there, it is said only to whom these have rows they were not told of
     */
    record Notify(
            String name,
            Set<String> needs,
            Retries retries,
            String message,
            Set<String> to,
            Optional<URI> webhook,
            Optional<String> secret,
            Optional<Topic> sns,
            Set<On> on,
            Optional<Rows> rows)
            implements Stage {
        public Notify {
            needs = Set.copyOf(needs);
            to = Set.copyOf(to);
            on = Set.copyOf(on);
        }

        /**
         * A topic of SNS.
         *
         * @param cloud the account that publishes, by its name among the server's settings
         */
        public record Topic(String cloud, String arn) {}

        /**
         * What somebody is to know of, each row once.
         *
         * @param sql Athena's dialect; reads as the one who is told
         */
        public record Rows(String sql, Optional<String> database) {}

        /** An outcome of the stages needed. */
        public enum On {
            SUCCESS,
            FAILURE
        }
    }
}
