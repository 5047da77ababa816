package io.atalaya.catalog.sigv4;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a signature is limited to.
 *
 * @param accessKeyId whose secret signed
 * @param date day in UTC, {@code yyyyMMdd}
 * @param region AWS region
 * @param service AWS service
 */
record CredentialScope(String accessKeyId, String date, String region, String service) {
    private static final Pattern CREDENTIAL =
            Pattern.compile("([A-Za-z0-9]{4,128})/(\\d{8})/([a-z0-9-]{1,64})/([a-z0-9-]{1,64})/aws4_request");

    /** Reads the {@code Credential} of an {@code Authorization} header. */
    static Optional<CredentialScope> parse(String credential) {
        Matcher matcher = CREDENTIAL.matcher(credential);
        return matcher.matches()
                ? Optional.of(
                        new CredentialScope(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)))
                : Optional.empty();
    }

    /** As the string to sign has it. */
    String text() {
        return date + "/" + region + "/" + service + "/aws4_request";
    }
}
