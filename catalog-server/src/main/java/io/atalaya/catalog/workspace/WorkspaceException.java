package io.atalaya.catalog.workspace;

/** A workspace that cannot be applied; the message says where and what to do. */
public final class WorkspaceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WorkspaceException(String message) {
        super(message);
    }
}
