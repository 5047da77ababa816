package io.atalaya.query;

/**
 * How busy a workgroup is.
 *
 * @param queued statements that wait now
 * @param running statements that run now
 */
public record WorkgroupLoad(int queued, int running) {
    /** Nothing waits and nothing runs. */
    public static final WorkgroupLoad NONE = new WorkgroupLoad(0, 0);
}
