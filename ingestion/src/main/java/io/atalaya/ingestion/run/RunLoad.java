package io.atalaya.ingestion.run;

/**
 * How busy those are that work on runs, whichever process they are of.
 *
 * @param queued runs that wait
 * @param running runs that somebody works on
 * @param left runs that have begun and that nobody works on now
 * @param nodes processes that work on any
 */
public record RunLoad(int queued, int running, int left, int nodes) {}
