package io.atalaya.catalog.sigv4;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The {@code Authorization} header of a signed request.
 *
 * @param scope what the signature is limited to
 * @param signedHeaders lower-case names in ascending order
 * @param signature 64 hexadecimal digits
 */
record Authorization(CredentialScope scope, List<String> signedHeaders, String signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    Authorization {
        signedHeaders = List.copyOf(signedHeaders);
    }

    /** Reads the header; empty if any part is missing, there twice, or malformed. */
    static Optional<Authorization> parse(String header) {
        if (!header.startsWith(ALGORITHM + " ")) {
            return Optional.empty();
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : header.substring(ALGORITHM.length() + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0
                    || parts.put(
                                    part.substring(0, equals).strip(),
                                    part.substring(equals + 1).strip())
                            != null) {
                return Optional.empty();
            }
        }
        String signature = parts.getOrDefault("Signature", "");
        List<String> names = List.of(parts.getOrDefault("SignedHeaders", "").split(";", -1));
        if (parts.size() != 3 || !signature.matches("[0-9a-f]{64}") || !ordered(names)) {
            return Optional.empty();
        }
        return CredentialScope.parse(parts.getOrDefault("Credential", ""))
                .map(scope -> new Authorization(scope, names, signature));
    }

    private static boolean ordered(List<String> names) {
        return List.copyOf(new TreeSet<>(names)).equals(names)
                && names.stream()
                        .allMatch(name -> name.matches("[!-~]+") && name.equals(name.toLowerCase(Locale.ROOT)));
    }
}
