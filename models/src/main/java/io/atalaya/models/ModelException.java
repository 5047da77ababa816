package io.atalaya.models;

import java.util.List;

/** Why a model cannot be made or carried out. Messages hold no cell of the data. */
@SuppressWarnings("AnnotateFormatMethod") // which asks for constants, and some formats are chosen
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String format;
    private final transient List<Object> values;

    /** @param format as of {@link String#format}, with nothing but texts and whole numbers */
    public ModelException(String format, Object... values) {
        super(format.formatted(values));
        this.format = format;
        this.values = List.of(values);
    }

    /** With a cause. */
    public ModelException(Throwable cause, String format, Object... values) {
        super(format.formatted(values), cause);
        this.format = format;
        this.values = List.of(values);
    }

    /** What the message was made of. */
    public String format() {
        return format;
    }

    /** What was put into it. */
    public List<Object> values() {
        return values;
    }
}
