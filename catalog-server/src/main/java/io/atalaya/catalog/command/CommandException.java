package io.atalaya.catalog.command;

/** A command that cannot do what it was asked; the message says why and what to do. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandException(String message) {
        super(message);
    }
}
