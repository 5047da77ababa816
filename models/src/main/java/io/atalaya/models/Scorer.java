package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model that is carried out by ONNX Runtime, some rows at a time; several threads may ask it. */
public final class Scorer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS = 256;
    private static final int TOGETHER = 512;
    private static final int LONGEST = 1024;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Rows.Reader reader;
    private final List<String> classes;
    private final int dimensions;
    private final String output;
    private final Vectorizer looks;

    private Scorer(OrtEnvironment environment, OrtSession session, Foreign foreign) throws OrtException {
        this.environment = environment;
        this.session = session;
        Map<String, String> notes = session.getMetadata().getCustomMetadata();
        String vectorizer = notes.get(LinearGraph.VECTORIZER);
        String named = notes.get(LinearGraph.CLASSES);
        this.classes = named == null ? foreign.classes() : texts(named);
        String pairs = notes.get(TasteGraph.PAIRS);
        boolean ours = pairs != null || vectorizer != null;
        this.dimensions = ours || !classes.isEmpty()
                ? dimensions(notes.get(LinearGraph.DIMENSIONS))
                : ForeignRows.dimensions(session, LONGEST);
        this.reader = pairs != null
                ? TasteGraph.reader(pairs)
                : vectorizer == null
                        ? ForeignRows.of(session, foreign.names())
                        : new SparseRows(Vectorizer.of(vectorizer), width());
        this.output = ForeignRows.output(session, Math.max(classes.size(), dimensions));
        this.looks = reader instanceof SparseRows sparse
                ? sparse.vectorizer()
                : pairs == null ? Vectorizer.unlearned(foreign.inputs()) : Vectorizer.NONE;
    }

    /**
     * What a model that was made elsewhere does not say itself.
     *
     * @param inputs the columns its one input consists of, in their order; or a column for each input, of its name
     * @param classes in the order of its probabilities; empty if it tells numbers
     */
    public record Foreign(List<Input> inputs, List<String> classes) {
        /** For models of ours, which say it themselves. */
        public static final Foreign NONE = new Foreign(List.of(), List.of());

        public Foreign {
            inputs = List.copyOf(inputs);
            classes = List.copyOf(classes);
        }

        private List<String> names() {
            return inputs.stream().map(Input::name).toList();
        }
    }

    /**
     * What a model says of some rows.
     *
     * @param classes of each row, by place; empty if it tells numbers
     * @param values how sure it is, or the number; empty if it gives vectors
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Scores(int[] classes, float[] values) {}

    /** Opens a model of ours. */
    public static Scorer open(byte[] onnx) {
        return open(onnx, Foreign.NONE);
    }

    /** Opens a model; one of ours says itself what {@code foreign} would. */
    public static Scorer open(byte[] onnx, Foreign foreign) {
        WholeInItself.require(onnx);
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (SessionOptions options = new SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                return new Scorer(environment, environment.createSession(onnx, options), foreign);
            }
        } catch (OrtException e) {
            throw new ModelException(e, "It is no ONNX model that can be carried out here");
        }
    }

    /** The columns it looks at, in the order in which rows must have them. */
    public List<String> columns() {
        return reader.columns();
    }

    /** The classes it tells apart; empty if it tells numbers. */
    public List<String> classes() {
        return classes;
    }

    /** How long the vectors are that it gives; 0 if it tells classes or a number. */
    public int dimensions() {
        return dimensions;
    }

    /** How many numbers it says of a row. */
    private int width() {
        return Math.max(1, Math.max(classes.size(), dimensions));
    }

    private static int dimensions(@Nullable String note) {
        int dimensions = note == null ? 0 : note.matches("[0-9]{1,4}") ? Integer.parseInt(note) : -1;
        if (dimensions < 0 || dimensions > LONGEST) {
            throw new ModelException("What the model says of its vectors cannot be read");
        }
        return dimensions;
    }

    /** Counts what its rows are like from now on, if the model says what those were that it learned from. */
    public DriftWatch watch(Reference reference) {
        return new DriftWatch(looks, classes, reference);
    }

    /** What it looks at, as it is counted. */
    Vectorizer looks() {
        return looks;
    }

    /** Who wrote its file, as that says itself. */
    String producer() {
        try {
            return session.getMetadata().getProducerName();
        } catch (OrtException e) {
            throw new ModelException(e, "What the model says of itself cannot be read");
        }
    }

    /** What it says of rows, each the texts of its columns. */
    public Scores score(List<List<@Nullable String>> rows) {
        int[] said = new int[classes.isEmpty() ? 0 : rows.size()];
        float[] values = new float[rows.size()];
        each(rows, (row, answer, from) -> {
            int best = best(answer, from);
            if (!classes.isEmpty()) {
                said[row] = best;
            }
            values[row] = answer.get(from + best);
        });
        return new Scores(said, values);
    }

    /** The same of many rows, on all processors. */
    public Scores scoreTogether(List<List<@Nullable String>> rows) {
        List<Scores> parts = IntStream.range(0, Math.ceilDiv(rows.size(), TOGETHER))
                .parallel()
                .mapToObj(part -> score(rows.subList(part * TOGETHER, Math.min(rows.size(), (part + 1) * TOGETHER))))
                .toList();
        int[] said = new int[classes.isEmpty() ? 0 : rows.size()];
        float[] values = new float[rows.size()];
        for (int part = 0; part < parts.size(); part++) {
            Scores one = parts.get(part);
            System.arraycopy(
                    one.classes(), 0, said, part * TOGETHER * (classes.isEmpty() ? 0 : 1), one.classes().length);
            System.arraycopy(one.values(), 0, values, part * TOGETHER, one.values().length);
        }
        return new Scores(said, values);
    }

    /** All it says of rows: of each a number for each class, a vector, or one number. */
    public float[][] outputs(List<List<@Nullable String>> rows) {
        float[][] outputs = new float[rows.size()][width()];
        each(rows, (row, answer, from) -> answer.get(from, outputs[row]));
        return outputs;
    }

    /** Whether a vector says nothing: no word of its text is known. */
    public static boolean isNothing(float[] vector) {
        for (float one : vector) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    /** What was said of a row, from that place on. */
    private interface Said {
        void of(int row, FloatBuffer answer, int from);
    }

    private void each(List<List<@Nullable String>> rows, Said said) {
        try {
            for (int from = 0; from < rows.size(); from += ROWS) {
                int first = from;
                reader.read(environment, rows.subList(from, Math.min(rows.size(), from + ROWS)), taken -> {
                    try (taken) {
                        ask(taken, (row, answer, at) -> said.of(first + row, answer, at));
                    }
                });
            }
        } catch (OrtException e) {
            throw new ModelException(e, "The model could not be carried out");
        }
    }

    private void ask(Rows taken, Said said) throws OrtException {
        int width = width();
        int[] which = taken.which();
        try (OrtSession.Result result = session.run(taken.tensors(), Set.of(output))) {
            FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            if (answer.remaining() != which.length * width) {
                throw new ModelException(
                        "It says %,d numbers of %s rows; %,d of each are wanted",
                        answer.remaining(), which.length, width);
            }
            for (int i = 0; i < which.length; i++) {
                said.of(which[i], answer, i * width);
            }
        }
    }

    private int best(FloatBuffer answer, int from) {
        int best = 0;
        for (int c = 1; c < classes.size(); c++) {
            if (answer.get(from + c) > answer.get(from + best)) {
                best = c;
            }
        }
        return best;
    }

    private static List<String> texts(String json) {
        try {
            List<String> texts = new ArrayList<>();
            JSON.readTree(json).forEach(text -> texts.add(text.asText()));
            return texts;
        } catch (JsonProcessingException e) {
            throw new ModelException(e, "What the model says of its classes cannot be read");
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new ModelException(e, "The model cannot be closed");
        }
    }
}
