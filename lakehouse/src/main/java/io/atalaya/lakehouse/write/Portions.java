package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.read.PlannedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.StructLikeWrapper;

/** Which files of a table are worth being written anew, in portions that a process can lose or be stopped between. */
final class Portions {
    /** A file that is at least this part of the target size stays. */
    private static final double LARGE_ENOUGH = 0.75;

    /** A statement names no more files than that. */
    private static final int MOST_FILES = 5_000;

    private final Table table;
    private final int atLeast;
    private final long target;
    private final long budget;

    /**
     * For one table.
     *
     * @param atLeast how many small files of a partition are worth it
     * @param bytes how much one portion has, but for the last file; as much as a file of the target size in any case
     */
    Portions(Table table, int atLeast, long bytes) {
        this.table = table;
        this.atLeast = atLeast;
        this.target = Long.parseLong(table.properties()
                .getOrDefault(
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                        Long.toString(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
        this.budget = Math.max(bytes, target);
    }

    /**
     * Files that can become one are of one partition; several partitions with little to do share a portion. What was
     * written first comes first, and neighbours stay together, so that what is of one time can still be read without the
     * rest.
     */
    List<Portion> of(List<PlannedFile> files) {
        Map<Object, List<PlannedFile>> partitions = files.stream()
                .filter(file -> isChanged(table, file) || file.file().fileSizeInBytes() < target * LARGE_ENOUGH)
                .sorted(Comparator.comparing(
                                (PlannedFile file) -> file.file().dataSequenceNumber(),
                                Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(file -> file.file().location()))
                .collect(Collectors.groupingBy(this::partition, LinkedHashMap::new, Collectors.toList()));
        List<Portion> portions = new ArrayList<>();
        List<PlannedFile> portion = new ArrayList<>();
        for (List<PlannedFile> partition : partitions.values()) {
            if (partition.size() < atLeast && partition.stream().noneMatch(file -> isChanged(table, file))) {
                continue;
            }
            for (List<PlannedFile> bin : bins(partition)) {
                if (!portion.isEmpty() && !fits(portion, bin)) {
                    portions.add(portion(portion));
                    portion.clear();
                }
                portion.addAll(bin);
            }
        }
        if (!portion.isEmpty()) {
            portions.add(portion(portion));
        }
        return portions;
    }

    private List<List<PlannedFile>> bins(List<PlannedFile> partition) {
        List<List<PlannedFile>> bins = new ArrayList<>();
        List<PlannedFile> bin = new ArrayList<>();
        for (PlannedFile file : partition) {
            if (isWorthIt(table, bin) && !fits(bin, List.of(file))) {
                bins.add(bin);
                bin = new ArrayList<>();
            }
            bin.add(file);
        }
        if (isWorthIt(table, bin) || bins.isEmpty()) {
            bins.add(bin);
        } else {
            bins.getLast().addAll(bin);
        }
        return bins;
    }

    private boolean fits(List<PlannedFile> some, List<PlannedFile> more) {
        return some.size() + more.size() <= MOST_FILES && bytes(some) + bytes(more) <= budget;
    }

    private static long bytes(List<PlannedFile> files) {
        return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    }

    private static Portion portion(List<PlannedFile> files) {
        Set<String> locations =
                files.stream().map(file -> file.file().location()).collect(Collectors.toSet());
        return new Portion(locations, bytes(files));
    }

    /** Whether writing these files anew gains something: one that is as the table would write it gains nothing alone. */
    static boolean isWorthIt(Table table, List<PlannedFile> files) {
        return files.size() > 1 || files.stream().anyMatch(file -> isChanged(table, file));
    }

    /** Whether it is not as the table would write it now. */
    private static boolean isChanged(Table table, PlannedFile file) {
        return !file.deletes().isEmpty() || file.file().specId() != table.spec().specId();
    }

    private Object partition(PlannedFile file) {
        PartitionSpec spec =
                Objects.requireNonNull(table.specs().get(file.file().specId()));
        return List.of(
                spec.specId(),
                StructLikeWrapper.forType(spec.partitionType()).set(file.file().partition()));
    }
}
