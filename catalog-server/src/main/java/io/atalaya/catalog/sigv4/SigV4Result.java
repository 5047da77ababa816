package io.atalaya.catalog.sigv4;

/** What became of a signature. */
public sealed interface SigV4Result {
    /**
     * The request is as its signer wrote it.
     *
     * @param accessKeyId whose secret signed it
     * @param region the region the client named
     */
    record Verified(String accessKeyId, String region) implements SigV4Result {}

    /**
     * The request is refused.
     *
     * @param failure its kind
     * @param message as AWS words it; safe to show
     */
    record Refused(SigV4Failure failure, String message) implements SigV4Result {}
}
