package io.atalaya.catalog.sigv4;

/** Why a signature is refused, by the names that AWS clients know. */
public enum SigV4Failure {
    /** The request is not signed at all. */
    MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationTokenException"),
    /** Something the signature needs is missing or malformed. */
    INCOMPLETE_SIGNATURE("IncompleteSignatureException"),
    /** The access key is unknown, revoked or of a kind that is not accepted. */
    UNRECOGNIZED_CLIENT("UnrecognizedClientException"),
    /** The signature is wrong, too old, not yet valid, or does not cover what it must. */
    INVALID_SIGNATURE("InvalidSignatureException");

    private final String errorName;

    SigV4Failure(String errorName) {
        this.errorName = errorName;
    }

    /** The {@code __type} of the error. */
    public String errorName() {
        return errorName;
    }
}
