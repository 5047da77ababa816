package io.atalaya.lakehouse.vector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.read.PlannedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Indexes in a folder: a graph of near neighbours with the vectors in eight bits, as Lucene has it. The number of a document is
 * the number of its row, so nothing else is kept of a row. What is in the folder can be made again from the tables.
 */
public final class LuceneVectorIndex implements VectorIndex {
    private static final String FIELD = "v";
    private static final String BEING_MADE = "being-made";
    private static final int LINKS = 16;
    private static final int BREADTH = 100;
    private static final double BUFFER_MIB = 256;
    /** So many times as many rows as are wanted are looked for, since the graph knows their vectors in eight bits. */
    private static final int MORE = 5;

    /** How many rows are looked for at least. */
    private static final int FEWEST = 50;

    private static final int KEPT_OPEN = 2_000;

    private final Path folder;
    private final Cache<Path, DirectoryReader> open = Caffeine.newBuilder()
            .maximumSize(KEPT_OPEN)
            .executor(Runnable::run)
            .removalListener((@Nullable Path _, @Nullable DirectoryReader reader, RemovalCause _) -> release(reader))
            .build();

    /** @param folder made if absent; nothing else is in it */
    public LuceneVectorIndex(Path folder) {
        this.folder = folder;
        try {
            delete(folder.resolve(BEING_MADE));
            Files.createDirectories(folder.resolve(BEING_MADE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean holds(VectorColumn column, PlannedFile file) {
        Path place = place(column, file);
        return open.getIfPresent(place) != null || Files.isDirectory(place);
    }

    @Override
    public void add(VectorColumn column, PlannedFile file, Consumer<Sink> vectors) {
        Path place = place(column, file);
        Path making = folder.resolve(BEING_MADE).resolve(UUID.randomUUID().toString());
        try {
            write(making, column, vectors);
            Files.createDirectories(place.getParent());
            Files.move(making, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Somebody else has made the same.
        } catch (IOException | UncheckedIOException e) {
            throw new LakehouseException.Failed(e, "the vectors of a file cannot be indexed");
        } finally {
            deleteQuietly(making);
        }
    }

    private static void write(Path into, VectorColumn column, Consumer<Sink> vectors) throws IOException {
        KnnVectorsFormat format = new Lucene104HnswScalarQuantizedVectorsFormat(LINKS, BREADTH);
        // Merges of neighbours only keep the documents in the order of the rows.
        IndexWriterConfig config = new IndexWriterConfig()
                .setMergePolicy(new LogDocMergePolicy())
                .setRAMBufferSizeMB(BUFFER_MIB)
                .setCodec(new Lucene104Codec() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return format;
                    }
                });
        try (FSDirectory directory = FSDirectory.open(into);
                IndexWriter writer = new IndexWriter(directory, config)) {
            AtomicInteger next = new AtomicInteger();
            vectors.accept((row, vector) -> add(writer, next, row, document(column, vector)));
            writer.forceMerge(1);
        }
    }

    /** Rows without a vector are documents without one. */
    private static void add(IndexWriter writer, AtomicInteger next, int row, Document document) {
        try {
            while (next.getAndIncrement() < row) {
                writer.addDocument(List.of());
            }
            writer.addDocument(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document document(VectorColumn column, float[] vector) {
        Document document = new Document();
        column.comparable(vector)
                .ifPresent(value -> document.add(new KnnFloatVectorField(FIELD, value, similarity(column.metric()))));
        return document;
    }

    private static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
            case DOT_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
        };
    }

    @Override
    public List<Row> nearest(
            VectorColumn column, List<PlannedFile> files, Optional<Map<String, BitSet>> accepted, float[] to, int k) {
        Optional<float[]> target = column.comparable(to);
        List<IndexReader> readers = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        try {
            if (target.isPresent()) {
                for (PlannedFile file : files) {
                    acquire(place(column, file)).ifPresent(reader -> {
                        readers.add(reader);
                        reader.leaves().forEach(_ -> paths.add(file.path()));
                    });
                }
            }
            return paths.isEmpty()
                    ? List.of()
                    : search(column.metric(), readers, paths, accepted, target.orElseThrow(), k);
        } catch (IOException e) {
            throw new LakehouseException.Failed(e, "an index of vectors cannot be read");
        } finally {
            readers.forEach(LuceneVectorIndex::release);
        }
    }

    private static List<Row> search(
            Metric metric,
            List<IndexReader> readers,
            List<String> paths,
            Optional<Map<String, BitSet>> accepted,
            float[] to,
            int k)
            throws IOException {
        // Not closed: the readers are not its own.
        MultiReader all = new MultiReader(readers.toArray(IndexReader[]::new), false);
        IndexSearcher searcher = new IndexSearcher(all);
        searcher.setQueryCache(null);
        AcceptedRows filter = accepted.map(rows -> new AcceptedRows(paths.stream()
                        .map(path -> rows.getOrDefault(path, new BitSet()))
                        .toList()))
                .orElse(null);
        int most = Math.max(FEWEST, k * MORE);
        ScoreDoc[] found = searcher.search(new KnnFloatVectorQuery(FIELD, to, most, filter), most).scoreDocs;
        Arrays.sort(found, Comparator.comparingInt(each -> each.doc));
        List<Row> rows = new ArrayList<>(found.length);
        int at = -1;
        FloatVectorValues vectors = null;
        KnnVectorValues.DocIndexIterator documents = null;
        for (ScoreDoc each : found) {
            int leaf = ReaderUtil.subIndex(each.doc, all.leaves());
            if (leaf != at || vectors == null || documents == null) {
                at = leaf;
                vectors = Objects.requireNonNull(all.leaves().get(leaf).reader().getFloatVectorValues(FIELD));
                documents = vectors.iterator();
            }
            int number = documents.advance(each.doc - all.leaves().get(leaf).docBase);
            rows.add(new Row(paths.get(leaf), number, score(metric, vectors.vectorValue(documents.index()), to)));
        }
        rows.sort(Comparator.comparingDouble(Row::score).reversed());
        return rows.subList(0, Math.min(k, rows.size()));
    }

    /** What is compared with cosines has a length of one. */
    private static double score(Metric metric, float[] vector, float[] to) {
        double sum = 0;
        for (int i = 0; i < to.length; i++) {
            double apart = (double) vector[i] - to[i];
            sum += metric == Metric.EUCLIDEAN ? apart * apart : (double) vector[i] * to[i];
        }
        return metric == Metric.EUCLIDEAN ? -Math.sqrt(sum) : sum;
    }

    /** A reader that is the caller's until it is released; none if its index is gone. */
    private Optional<DirectoryReader> acquire(Path place) throws IOException {
        try {
            for (; ; ) {
                DirectoryReader reader = open.get(place, LuceneVectorIndex::read);
                if (reader.tryIncRef()) {
                    return Optional.of(reader);
                }
                open.asMap().remove(place, reader);
            }
        } catch (UncheckedIOException e) {
            if (Files.isDirectory(place)) {
                throw e.getCause();
            }
            return Optional.empty();
        }
    }

    private static DirectoryReader read(Path place) {
        try {
            if (!Files.isDirectory(place)) {
                throw new NoSuchFileException(place.getFileName().toString());
            }
            FSDirectory directory = FSDirectory.open(place);
            DirectoryReader reader = DirectoryReader.open(directory);
            reader.getReaderCacheHelper().addClosedListener(_ -> directory.close());
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void release(@Nullable IndexReader reader) {
        try {
            if (reader != null) {
                reader.decRef();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void retain(VectorColumn column, Collection<PlannedFile> files) {
        Set<Path> wanted = files.stream().map(file -> place(column, file)).collect(Collectors.toSet());
        Path table = folder.resolve(column.table().toString());
        Path kept = table.resolve(name(column));
        inside(table).stream()
                .filter(other ->
                        !other.equals(kept) && other.getFileName().toString().startsWith(column.fieldId() + "-"))
                .forEach(this::forget);
        inside(kept).stream().filter(place -> !wanted.contains(place)).forEach(this::forget);
    }

    @Override
    public void retainTables(Predicate<UUID> wanted) {
        inside(folder).stream()
                .filter(table -> !table.endsWith(BEING_MADE)
                        && !wanted.test(UUID.fromString(table.getFileName().toString())))
                .forEach(this::forget);
    }

    private void forget(Path tree) {
        open.invalidateAll(open.asMap().keySet().stream()
                .filter(place -> place.startsWith(tree))
                .toList());
        deleteQuietly(tree);
    }

    private static List<Path> inside(Path folder) {
        try (Stream<Path> all = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            return all.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        open.invalidateAll();
    }

    private Path place(VectorColumn column, PlannedFile file) {
        return folder.resolve(column.table().toString())
                .resolve(name(column))
                .resolve(hash(file.file().location()));
    }

    private static String name(VectorColumn column) {
        return column.fieldId() + "-" + column.metric() + "-" + column.dimension();
    }

    private static String hash(String location) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(location.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void deleteQuietly(Path tree) {
        try {
            delete(tree);
        } catch (IOException e) {
            // What stays is in nobody's way.
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
