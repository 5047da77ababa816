package io.atalaya.ingestion;

/** Ends a run where a process could have died, as that would: without a word to anybody. */
public final class ProcessEnded extends Error {
    private static final long serialVersionUID = 1;
}
