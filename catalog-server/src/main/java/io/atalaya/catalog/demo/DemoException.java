package io.atalaya.catalog.demo;

/** Why the demonstration cannot be loaded; safe to show. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DemoException(String message) {
        super(message);
    }
}
