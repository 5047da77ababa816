package io.atalaya.query;

/**
 * How busy the query service is.
 *
 * @param queued statements that wait now
 * @param running statements that run now
 * @param succeeded since the process started, as the next two
 */
public record QueryLoad(int queued, int running, long succeeded, long failed, long cancelled) {}
