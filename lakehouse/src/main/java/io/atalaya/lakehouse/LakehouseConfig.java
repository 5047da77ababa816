package io.atalaya.lakehouse;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the lakehouse keeps its files and how much of the machine each of its two DuckDB instances may take.
 *
 * @param warehouse folder of all tables; made if absent
 * @param vectors folder of the indexes of vectors; made if absent; can be made again from the tables
 * @param temp folder the engine spills to; made if absent; not inside the warehouse
 * @param threads threads of one instance
 * @param memoryLimitBytes memory of one instance
 * @param tempLimitBytes what one instance may spill
 * @param settings further DuckDB settings by name, applied to both instances before the reader is locked
 */
public record LakehouseConfig(
        Path warehouse,
        Path vectors,
        Path temp,
        int threads,
        long memoryLimitBytes,
        long tempLimitBytes,
        Map<String, String> settings) {
    /** Settings that make DuckDB compute like Trino: a quotient of integers is an integer. */
    public static final Map<String, String> TRINO_SETTINGS = Map.of("integer_division", "true");

    public LakehouseConfig {
        warehouse = warehouse.toAbsolutePath().normalize();
        vectors = vectors.toAbsolutePath().normalize();
        temp = temp.toAbsolutePath().normalize();
        Objects.checkIndex(0, threads);
        settings = Map.copyOf(settings);
    }

    /** A quarter of the machine's memory and all its processors for each instance, and indexes beside the warehouse. */
    public static LakehouseConfig of(Path warehouse, Path temp) {
        long memory = Math.max(512L << 20, machineMemory() / 4);
        return new LakehouseConfig(
                warehouse,
                warehouse.resolveSibling("vectors"),
                temp,
                Runtime.getRuntime().availableProcessors(),
                memory,
                20L << 30,
                TRINO_SETTINGS);
    }

    /** The same with one more DuckDB setting. */
    public LakehouseConfig with(String setting, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(setting, value);
        return new LakehouseConfig(warehouse, vectors, temp, threads, memoryLimitBytes, tempLimitBytes, more);
    }

    /** The same for an instance of one thread and, as it has little to do at a time, a quarter of the memory. */
    public LakehouseConfig singleThreaded() {
        return new LakehouseConfig(
                warehouse, vectors, temp, 1, Math.max(512L << 20, memoryLimitBytes / 4), tempLimitBytes, settings);
    }

    private static long machineMemory() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }
}
