package io.atalaya.lakehouse.rowfile;

/**
 * Numbers as runs: a length and the number that repeats, or a length and different numbers. Kept open until {@link #finish}.
 *
 * @see <a href="https://orc.apache.org/specification/ORCv1/#run-length-encoding">ORC's run length encodings, version 1</a>
 */
final class OrcRuns implements OrcStream {
    /** How many numbers a run of each kind has at most, and how many must repeat to be one. */
    private static final int LONGEST_LITERALS = 128;

    private static final int SHORTEST_REPEAT = 3;
    private static final int LONGEST_REPEAT = 130;

    /** The form of one number. */
    enum Form {
        /** A byte; these have no steps between them. */
        BYTE,
        SIGNED,
        UNSIGNED
    }

    private final Form form;
    private final OrcBytes out = new OrcBytes();
    private final long[] pending = new long[LONGEST_LITERALS];
    /** How many are pending; if {@link #repeating}, all are the first one. */
    private int count;

    private int tail;
    private boolean repeating;

    OrcRuns(Form form) {
        this.form = form;
    }

    void add(long value) {
        if (repeating) {
            if (value == pending[0] && count < LONGEST_REPEAT) {
                count++;
                return;
            }
            flush();
        }
        tail = count > 0 && pending[count - 1] == value ? tail + 1 : 1;
        pending[count++] = value;
        if (tail == SHORTEST_REPEAT) {
            count -= SHORTEST_REPEAT;
            flush();
            pending[0] = value;
            count = SHORTEST_REPEAT;
            repeating = true;
        } else if (count == LONGEST_LITERALS) {
            flush();
        }
    }

    private void flush() {
        if (repeating) {
            out.write(count - SHORTEST_REPEAT);
            if (form != Form.BYTE) {
                out.write(0);
            }
            number(pending[0]);
        } else if (count > 0) {
            out.write(-count);
            for (int index = 0; index < count; index++) {
                number(pending[index]);
            }
        }
        count = 0;
        tail = 0;
        repeating = false;
    }

    private void number(long value) {
        switch (form) {
            case BYTE -> out.write((int) value);
            case SIGNED -> out.signed(value);
            case UNSIGNED -> out.unsigned(value);
        }
    }

    @Override
    public OrcBytes finish() {
        flush();
        return out;
    }

    @Override
    public int size() {
        return out.size();
    }

    @Override
    public void clear() {
        out.reset();
    }
}
