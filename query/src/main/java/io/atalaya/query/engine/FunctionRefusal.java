package io.atalaya.query.engine;

/** Why a function does not take a value, in words of ours that hold no data. It passes through the engine as text. */
final class FunctionRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FunctionRefusal(String code, String template, Object... values) {
        this(EngineErrors.mark(code, template, values));
    }

    /** With a message that is marked already. */
    FunctionRefusal(String marked) {
        super(marked, null, false, false);
    }

    static FunctionRefusal argument(String template, Object... values) {
        return new FunctionRefusal("INVALID_FUNCTION_ARGUMENT", template, values);
    }
}
