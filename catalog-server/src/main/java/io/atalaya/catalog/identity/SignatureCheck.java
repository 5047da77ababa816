package io.atalaya.catalog.identity;

import io.atalaya.catalog.sigv4.SigV4Result;

/** What became of a signed request. */
public sealed interface SignatureCheck {
    /** It is authentic. */
    record Accepted(Authenticated who) implements SignatureCheck {}

    /** It is refused. */
    record Refused(SigV4Result.Refused because) implements SignatureCheck {}
}
