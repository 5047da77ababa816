package io.atalaya.models;

/** Why a model cannot be made or carried out. Messages hold no cell of the data. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
