package io.atalaya.catalog.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

class SigV4VerifierTest {
    private static final String KEY = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant THEN = Instant.parse("2015-08-30T12:36:00Z");
    private static final byte[] BODY =
            "{\"QueryString\": \"SELECT 1\", \"WorkGroup\": \"primary\"}".getBytes(StandardCharsets.UTF_8);

    private static SigV4Verifier verifier(String service) {
        return new SigV4Verifier(
                service,
                Set.of("us-east-1", "eu-west-1"),
                id -> id.equals(KEY) ? Optional.of(SECRET.getBytes(StandardCharsets.UTF_8)) : Optional.empty());
    }

    private static final SigV4Result ACCEPTED = new SigV4Result.Verified(KEY, "us-east-1");

    private static void assertRefused(SigV4Result result, SigV4Failure failure, String text) {
        assertThat(result).isInstanceOfSatisfying(SigV4Result.Refused.class, refused -> {
            assertThat(refused.failure()).isEqualTo(failure);
            assertThat(refused.message()).contains(text);
        });
    }

    /** Requests of AWS's published test suite, and some more signed by botocore. */
    @ParameterizedTest
    @CsvSource({
        "GET, /, '', 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, /, '', 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "GET, /, Param2=value2&Param1=value1, b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "GET, /, %E1%88%B4=bar, 2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "GET, /%E1%88%B4, '', 697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d",
        "GET, /example/.., '', 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "GET, //example//, '', 9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"
    })
    void accepts_published_vectors(String method, String path, String query, String signature) {
        Map<String, List<String>> headers = Map.of(
                "Host", List.of("example.amazonaws.com"),
                "X-Amz-Date", List.of("20150830T123600Z"),
                "Authorization",
                        List.of("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                                + "SignedHeaders=host;x-amz-date, Signature=" + signature));
        assertThat(verifier("service").verify(new SignedRequest(method, path, query, headers, new byte[0]), THEN))
                .isEqualTo(ACCEPTED);
    }

    /** A request as the AWS CLI signs it: without a hash of the body among its headers. */
    @Nested
    class A_request_of_the_CLI {
        private final Map<String, List<String>> headers = new HashMap<>(Map.of(
                "host", List.of("127.0.0.1:8080"),
                "x-amz-target", List.of("AmazonAthena.StartQueryExecution"),
                "content-type", List.of("application/x-amz-json-1.1"),
                "user-agent", List.of("aws-cli/1.45.11"),
                "x-amz-date", List.of("20150830T123600Z"),
                "authorization",
                        List.of("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/athena/aws4_request, "
                                + "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                                + "Signature=29b63d5e948929fe651ecf61870052bee610e41ec4d6e24fe1cafca97264f940")));

        private SigV4Result verify(byte[] body, Instant now) {
            return verifier("athena").verify(new SignedRequest("POST", "/athena", "", headers, body), now);
        }

        private SigV4Result verify() {
            return verify(BODY, THEN);
        }

        private void authorization(String part, String other) {
            headers.computeIfPresent(
                    "authorization", (_, lines) -> List.of(lines.getFirst().replace(part, other)));
        }

        @Test
        void is_accepted_within_five_minutes() {
            assertThat(verify()).isEqualTo(ACCEPTED);
            assertThat(verify(BODY, THEN.plus(Duration.ofMinutes(5)))).isEqualTo(ACCEPTED);
            assertThat(verify(BODY, THEN.minus(Duration.ofMinutes(5)))).isEqualTo(ACCEPTED);
        }

        @Test
        void is_refused_later_and_earlier() {
            assertRefused(
                    verify(BODY, THEN.plus(Duration.ofSeconds(301))),
                    SigV4Failure.INVALID_SIGNATURE,
                    "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)");
            assertRefused(
                    verify(BODY, THEN.minus(Duration.ofSeconds(301))),
                    SigV4Failure.INVALID_SIGNATURE,
                    "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z");
        }

        @Test
        void is_refused_with_any_other_byte_in_its_body() {
            for (int i = 0; i < BODY.length; i++) {
                byte[] other = BODY.clone();
                other[i] ^= 1;
                assertRefused(verify(other, THEN), SigV4Failure.INVALID_SIGNATURE, "does not match the signature");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "x-amz-target, AmazonAthena.StopQueryExecution",
            "content-type, application/json",
            "host, 127.0.0.1:8081",
            "x-amz-date, 20150830T123601Z"
        })
        void is_refused_with_another_header(String name, String value) {
            headers.put(name, List.of(value));
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "does not match the signature");
        }

        @Test
        void is_accepted_whatever_unsigned_headers_a_proxy_adds() {
            headers.put("user-agent", List.of("other"));
            headers.put("x-forwarded-for", List.of("10.0.0.1"));
            assertThat(verify()).isEqualTo(ACCEPTED);
        }

        @Test
        void is_refused_with_another_method_path_or_query() {
            SigV4Verifier verifier = verifier("athena");
            List<SignedRequest> others = List.of(
                    new SignedRequest("PUT", "/athena", "", headers, BODY),
                    new SignedRequest("POST", "/athena/", "", headers, BODY),
                    new SignedRequest("POST", "/athena", "a=b", headers, BODY));
            for (SignedRequest other : others) {
                assertRefused(verifier.verify(other, THEN), SigV4Failure.INVALID_SIGNATURE, "does not match");
            }
        }

        @Test
        void is_refused_with_an_unknown_key() {
            authorization("AKIDEXAMPLE", "AKIDEXAMPLF");
            assertRefused(verify(), SigV4Failure.UNRECOGNIZED_CLIENT, "security token");
        }

        @Test
        void is_refused_for_another_service_region_or_day() {
            authorization("/athena/", "/glue/");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "correct service: 'athena'");
            authorization("/glue/", "/athena/");
            authorization("us-east-1", "us-east-9");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "eu-west-1, us-east-1");
            authorization("us-east-9", "eu-west-1");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "does not match");
            authorization("/20150830/", "/20150831/");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "Date in Credential scope");
        }

        @Test
        void is_refused_without_a_signature_or_with_two() {
            String line = headers.getOrDefault("authorization", List.of()).getFirst();
            headers.remove("authorization");
            assertRefused(verify(), SigV4Failure.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
            headers.put("authorization", List.of(line, line));
            assertRefused(verify(), SigV4Failure.INCOMPLETE_SIGNATURE, "more than once");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Bearer atl_x",
                    "AWS4-HMAC-SHA256",
                    "AWS4-HMAC-SHA256 Credential=A, SignedHeaders=host, Signature=00",
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/athena/aws4_request, SignedHeaders=host",
                    "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/athena/aws4_request",
                    ""
                })
        void is_refused_with_a_malformed_signature(String authorization) {
            headers.put("authorization", List.of(authorization));
            assertRefused(verify(), SigV4Failure.INCOMPLETE_SIGNATURE, "must read");
        }

        @Test
        void is_refused_if_its_headers_are_not_listed_in_order_and_once() {
            authorization("content-type;host", "host;content-type");
            assertRefused(verify(), SigV4Failure.INCOMPLETE_SIGNATURE, "must read");
            authorization("host;content-type", "content-type;host;host");
            assertRefused(verify(), SigV4Failure.INCOMPLETE_SIGNATURE, "must read");
        }

        @Test
        void is_refused_without_a_signed_host_or_target() {
            authorization("content-type;host;", "content-type;");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "'Host' must be");
            authorization("content-type;x-amz-date;x-amz-target", "content-type;host;x-amz-date");
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "not signed: x-amz-target");
        }

        @Test
        void is_refused_with_a_session_token_an_unsigned_body_or_a_presigned_query() {
            headers.put("x-amz-security-token", List.of("token"));
            authorization("x-amz-date;", "x-amz-date;x-amz-security-token;");
            assertRefused(verify(), SigV4Failure.UNRECOGNIZED_CLIENT, "security token");
            headers.remove("x-amz-security-token");
            authorization("x-amz-security-token;", "");
            authorization("host;x-amz-date", "host;x-amz-content-sha256;x-amz-date");
            headers.put("x-amz-content-sha256", List.of("UNSIGNED-PAYLOAD"));
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "The body must be signed");
            headers.put("x-amz-content-sha256", List.of("00"));
            assertRefused(verify(), SigV4Failure.INVALID_SIGNATURE, "does not match what was computed");
            SignedRequest presigned =
                    new SignedRequest("GET", "/athena", "X-Amz-Algorithm=AWS4-HMAC-SHA256", headers, new byte[0]);
            assertRefused(
                    verifier("athena").verify(presigned, THEN), SigV4Failure.INCOMPLETE_SIGNATURE, "query string");
        }
    }

    /** A request as the AWS SDK for Java signs it: with a hash of the body among its headers. */
    @Nested
    class A_request_of_the_SDK {
        private SignedRequest signed(String secret, String uri, byte[] body) {
            SdkHttpRequest request = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.POST)
                    .uri(URI.create(uri))
                    .putHeader("Content-Type", "application/x-amz-json-1.1")
                    .putHeader("X-Amz-Target", "AmazonAthena.GetQueryExecution")
                    .putHeader("X-Odd", List.of("  several   spaces ", "and a second value"))
                    .build();
            var result = AwsV4HttpSigner.create()
                    .sign(sign -> sign.identity(AwsCredentialsIdentity.create(KEY, secret))
                            .request(request)
                            .payload(ContentStreamProvider.fromByteArray(body))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "athena")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                            .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(THEN, ZoneOffset.UTC)));
            Map<String, List<String>> headers = new HashMap<>();
            result.request().headers().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
            URI sent = result.request().getUri();
            String query = sent.getRawQuery() == null ? "" : sent.getRawQuery();
            return new SignedRequest("POST", sent.getRawPath(), query, headers, body);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://127.0.0.1:8080/athena",
                    "http://127.0.0.1:8080/athena/",
                    "https://lake.example.com/",
                    "https://lake.example.com/a%20b/%C3%A9~?z=1&a=%2F&a=%C3%A9&flag",
                    "https://lake.example.com/athena?x=a+b"
                })
        void is_accepted(String uri) {
            SignedRequest request = signed(SECRET, uri, BODY);
            assertThat(verifier("athena").verify(request, THEN)).isEqualTo(ACCEPTED);
        }

        @Test
        void is_accepted_without_a_body() {
            assertThat(verifier("athena").verify(signed(SECRET, "http://127.0.0.1/", new byte[0]), THEN))
                    .isEqualTo(ACCEPTED);
        }

        @Test
        void is_refused_with_another_secret() {
            SignedRequest request = signed(SECRET.replace('w', 'W'), "http://127.0.0.1:8080/athena", BODY);
            assertRefused(verifier("athena").verify(request, THEN), SigV4Failure.INVALID_SIGNATURE, "does not match");
        }
    }
}
