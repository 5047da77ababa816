package io.atalaya.lakehouse.rowfile;

/** Truth values, eight a byte, the first one highest. */
final class OrcBits implements OrcStream {
    private final OrcRuns bytes = new OrcRuns(OrcRuns.Form.BYTE);
    private int current;
    private int bits;

    void add(boolean value) {
        current = (current << 1) | (value ? 1 : 0);
        if (++bits == Byte.SIZE) {
            bytes.add((byte) current);
            current = 0;
            bits = 0;
        }
    }

    @Override
    public OrcBytes finish() {
        if (bits > 0) {
            bytes.add((byte) (current << (Byte.SIZE - bits)));
        }
        current = 0;
        bits = 0;
        return bytes.finish();
    }

    @Override
    public int size() {
        return bytes.size();
    }

    @Override
    public void clear() {
        bytes.clear();
    }
}
