package io.atalaya.catalog.sigv4;

import io.atalaya.catalog.sigv4.SigV4Result.Refused;
import io.atalaya.catalog.sigv4.SigV4Result.Verified;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 as AWS does for its JSON services: the signature is in the {@code Authorization} header,
 * covers the host, the target and the bytes of the body, and is at most five minutes old.
 *
 * <p>Not accepted: signatures in the query, bodies left unsigned or sent in signed chunks, and session tokens.
 */
public final class SigV4Verifier {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final List<String> MUST_BE_SIGNED_IF_THERE =
            List.of("x-amz-target", "x-amz-content-sha256", "x-amz-security-token");
    private static final String MISMATCH = "The request signature we calculated does not match the signature you"
            + " provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for"
            + " details.";
    private static final String UNKNOWN = "The security token included in the request is invalid.";

    private final String service;
    private final Set<String> regions;
    private final Function<String, Optional<byte[]>> secrets;

    /**
     * A verifier for one service.
     *
     * @param service the service clients must name, such as {@code athena}
     * @param regions the regions they may name; empty for any
     * @param secrets the secret of an access key that may be used now; its bytes are wiped after use
     */
    public SigV4Verifier(String service, Set<String> regions, Function<String, Optional<byte[]>> secrets) {
        this.service = service;
        this.regions = Set.copyOf(regions);
        this.secrets = secrets;
    }

    /** Whose request this is, or why it is refused. */
    public SigV4Result verify(SignedRequest request, Instant now) {
        List<String> authorizations = request.header("authorization");
        if (request.rawQuery().contains("X-Amz-Signature") || request.rawQuery().contains("X-Amz-Algorithm")) {
            return incomplete("Signing in the query string is not accepted. Sign the 'Authorization' header.");
        }
        if (authorizations.isEmpty()) {
            return new Refused(SigV4Failure.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
        }
        if (authorizations.size() > 1) {
            return incomplete("The 'Authorization' header is there more than once.");
        }
        Optional<Authorization> authorization = Authorization.parse(authorizations.getFirst());
        if (authorization.isEmpty()) {
            return incomplete("The 'Authorization' header must read '" + Authorization.ALGORITHM
                    + " Credential=<access key id>/<date>/<region>/" + service
                    + "/aws4_request, SignedHeaders=<names>, Signature=<64 digits>'.");
        }
        return Optional.<SigV4Result>empty()
                .or(() -> headersWrong(request, authorization.get()))
                .or(() -> scopeWrong(request, authorization.get().scope()))
                .or(() -> timeWrong(time(request), now))
                .or(() -> bodyWrong(request))
                .orElseGet(() -> signature(request, authorization.get()));
    }

    private static Optional<Refused> headersWrong(SignedRequest request, Authorization authorization) {
        for (String name : List.of("host", "x-amz-date")) {
            if (request.header(name).size() != 1) {
                return Optional.of(incomplete("The request must have one '" + name + "' header."));
            }
        }
        for (String name : MUST_BE_SIGNED_IF_THERE) {
            if (request.header(name).size() > 1) {
                return Optional.of(incomplete("The '" + name + "' header is there more than once."));
            }
            if (request.headers().containsKey(name)
                    && !authorization.signedHeaders().contains(name)) {
                return Optional.of(invalid("There were headers present in the request which were not signed: " + name));
            }
        }
        if (!authorization.signedHeaders().contains("host")) {
            return Optional.of(invalid("'Host' must be a 'SignedHeader' in the AWS Authorization."));
        }
        for (String name : authorization.signedHeaders()) {
            if (!request.headers().containsKey(name)) {
                return Optional.of(invalid("The signed header '" + name + "' is not in the request."));
            }
        }
        return Optional.empty();
    }

    private Optional<Refused> scopeWrong(SignedRequest request, CredentialScope scope) {
        Optional<Instant> time = time(request);
        if (time.isEmpty()) {
            return Optional.of(incomplete("The 'x-amz-date' header must be like 20260131T235959Z."));
        }
        if (!scope.date().equals(TIME.format(time.get()).substring(0, 8))) {
            return Optional.of(invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date"
                    + " from HTTP: '" + scope.date() + "'"));
        }
        if (!scope.service().equals(service)) {
            return Optional.of(invalid("Credential should be scoped to correct service: '" + service + "'."));
        }
        if (!regions.isEmpty() && !regions.contains(scope.region())) {
            return Optional.of(
                    invalid("Credential should be scoped to a valid region, not '" + scope.region() + "'; valid here: "
                            + String.join(", ", regions.stream().sorted().toList())));
        }
        return Optional.empty();
    }

    private static Optional<Instant> time(SignedRequest request) {
        try {
            return Optional.of(
                    TIME.parse(request.header("x-amz-date").getFirst().strip(), Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Refused> timeWrong(Optional<Instant> signed, Instant exactNow) {
        Instant now = exactNow.truncatedTo(ChronoUnit.SECONDS);
        Instant at = signed.orElseThrow();
        Instant earliest = now.minus(TOLERANCE);
        Instant latest = now.plus(TOLERANCE);
        if (at.isBefore(earliest)) {
            return Optional.of(invalid("Signature expired: %s is now earlier than %s (%s - 5 min.)"
                    .formatted(TIME.format(at), TIME.format(earliest), TIME.format(now))));
        }
        if (at.isAfter(latest)) {
            return Optional.of(invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)"
                    .formatted(TIME.format(at), TIME.format(latest), TIME.format(now))));
        }
        return Optional.empty();
    }

    private static Optional<Refused> bodyWrong(SignedRequest request) {
        if (request.headers().containsKey("x-amz-security-token")) {
            return Optional.of(new Refused(SigV4Failure.UNRECOGNIZED_CLIENT, UNKNOWN));
        }
        List<String> declared = request.header("x-amz-content-sha256");
        if (declared.isEmpty() || declared.getFirst().strip().equals(bodyHash(request))) {
            return Optional.empty();
        }
        return Optional.of(
                declared.getFirst().contains("-")
                        ? invalid("The body must be signed: '" + "x-amz-content-sha256" + "' must be its SHA-256.")
                        : invalid("The provided 'x-amz-content-sha256' header does not match what was computed."));
    }

    private SigV4Result signature(SignedRequest request, Authorization authorization) {
        CredentialScope scope = authorization.scope();
        Optional<byte[]> known = secrets.apply(scope.accessKeyId());
        byte[] secret = known.orElseGet(() -> new byte[40]);
        String canonical = CanonicalRequest.of(request, authorization.signedHeaders(), bodyHash(request));
        String toSign = Authorization.ALGORITHM + "\n"
                + request.header("x-amz-date").getFirst().strip() + "\n"
                + scope.text() + "\n"
                + HexFormat.of().formatHex(sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] expected = hmac(signingKey(secret, scope), toSign);
        Arrays.fill(secret, (byte) 0);
        boolean matches = MessageDigest.isEqual(expected, HexFormat.of().parseHex(authorization.signature()));
        if (known.isEmpty()) {
            return new Refused(SigV4Failure.UNRECOGNIZED_CLIENT, UNKNOWN);
        }
        return matches ? new Verified(scope.accessKeyId(), scope.region()) : invalid(MISMATCH);
    }

    private static byte[] signingKey(byte[] secret, CredentialScope scope) {
        byte[] start = new byte[4 + secret.length];
        System.arraycopy("AWS4".getBytes(StandardCharsets.US_ASCII), 0, start, 0, 4);
        System.arraycopy(secret, 0, start, 4, secret.length);
        byte[] key = hmac(hmac(hmac(hmac(start, scope.date()), scope.region()), scope.service()), "aws4_request");
        Arrays.fill(start, (byte) 0);
        return key;
    }

    private static String bodyHash(SignedRequest request) {
        return HexFormat.of().formatHex(sha256(request.body()));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Refused incomplete(String message) {
        return new Refused(SigV4Failure.INCOMPLETE_SIGNATURE, message);
    }

    private static Refused invalid(String message) {
        return new Refused(SigV4Failure.INVALID_SIGNATURE, message);
    }
}
