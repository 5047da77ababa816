package io.atalaya.query.engine;

/** Why a function does not take a value, in words of ours that hold no data. It passes through the engine as text. */
final class FunctionRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FunctionRefusal(String code, String message) {
        this(EngineErrors.mark(code, message));
    }

    /** With a message that is marked already. */
    FunctionRefusal(String marked) {
        super(marked, null, false, false);
    }

    static FunctionRefusal argument(String message) {
        return new FunctionRefusal("INVALID_FUNCTION_ARGUMENT", message);
    }
}
