package io.atalaya.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.catalog.SettableClock;
import io.atalaya.catalog.identity.Authenticated.Credential;
import io.atalaya.catalog.sigv4.SigV4Failure;
import io.atalaya.catalog.sigv4.SignedRequest;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** What holds for identity on either database. */
abstract class IdentityContract {
    private static final Principal ANA = new Principal("ana", Set.of("analyst"), Map.of("region", "EU"));
    private static final Passwords.Cost CHEAP = new Passwords.Cost(64, 1, 1);
    private static final String PASSWORD = "correct horse";

    @TempDir
    private Path data;

    private MetadataDatabase database;
    private Jdbi jdbi;
    private Identity identity;
    private final SettableClock clock = new SettableClock();

    abstract MetadataDatabase open(Path folder);

    private static IdentityConfig config(Passwords.Cost cost) {
        IdentityConfig usual = IdentityConfig.DEFAULT;
        return new IdentityConfig(
                cost, usual.sessionIdle(), usual.sessionLongest(), usual.userLimit(), usual.sourceLimit());
    }

    private Identity identity(Passwords.Cost cost) throws IOException {
        return new Identity(
                jdbi,
                MasterKey.in(data),
                config(cost),
                name -> new Principal(name, ANA.profiles(), ANA.attributes()),
                Runnable::run,
                clock);
    }

    @BeforeEach
    void begin() throws IOException {
        database = open(data);
        jdbi = database.jdbi();
        identity = identity(CHEAP);
        identity.users().create("ana", "Ana", User.Kind.HUMAN);
        identity.users().setPassword("ana", PASSWORD.toCharArray());
    }

    @AfterEach
    void end() {
        database.close();
    }

    private SignIn signIn(String user, String password) {
        return identity.signIn(user, password.toCharArray(), "10.0.0.1");
    }

    private SignIn.Accepted accepted() {
        return (SignIn.Accepted) signIn("ana", PASSWORD);
    }

    @Nested
    class Users_ {
        @Test
        void are_listed_by_name_without_their_passwords() {
            identity.users().create("loader", "Nightly load", User.Kind.SERVICE);
            assertThat(identity.users().list("", 10)).extracting(User::name).containsExactly("ana", "loader");
            assertThat(identity.users().list("ana", 10)).extracting(User::name).containsExactly("loader");
            assertThat(identity.users().list("NIGHT", "", 10))
                    .extracting(User::name)
                    .containsExactly("loader");
            assertThat(identity.users().list("an", "", 10))
                    .extracting(User::name)
                    .containsExactly("ana");
            assertThat(identity.users().list("%", "", 10)).isEmpty();
            assertThat(identity.users().get("ana").password()).isTrue();
            assertThat(identity.users().get("loader").password()).isFalse();
        }

        @Test
        void have_names_of_their_own() {
            assertThatThrownBy(() -> identity.users().create("ana", "Other", User.Kind.HUMAN))
                    .isInstanceOf(IdentityException.AlreadyExists.class);
            for (String name : List.of("Ana", "", "a b", "-a", "a/b", "x".repeat(129))) {
                assertThatThrownBy(() -> identity.users().create(name, "Other", User.Kind.HUMAN))
                        .isInstanceOf(IdentityException.Invalid.class);
            }
        }

        @Test
        void need_a_password_of_some_length_unless_they_are_services() {
            assertThatThrownBy(() -> identity.users().setPassword("ana", "short".toCharArray()))
                    .isInstanceOf(IdentityException.Invalid.class);
            identity.users().create("loader", "Nightly load", User.Kind.SERVICE);
            assertThatThrownBy(() -> identity.users().setPassword("loader", PASSWORD.toCharArray()))
                    .isInstanceOf(IdentityException.Invalid.class)
                    .hasMessageContaining("service");
        }
    }

    @Nested
    class A_password {
        @Test
        void begins_a_session_with_the_profiles_of_the_moment() {
            SignIn.Accepted accepted = accepted();
            assertThat(accepted.who().principal()).isEqualTo(ANA);
            assertThat(identity.bySession(accepted.session().token())
                            .orElseThrow()
                            .principal())
                    .isEqualTo(ANA);
            assertThat(accepted.toString()).doesNotContain(accepted.session().token());
            assertThat(accepted.toString()).doesNotContain(accepted.session().csrfToken());
        }

        @Test
        void is_stored_as_an_Argon2id_hash_with_its_cost() {
            assertThat(identity.users().passwordOf("ana").orElseThrow()).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
        }

        @Test
        void is_hashed_anew_when_the_cost_has_changed() throws IOException {
            identity = identity(new Passwords.Cost(128, 2, 1));
            accepted();
            assertThat(identity.users().passwordOf("ana").orElseThrow()).startsWith("$argon2id$v=19$m=128,t=2,p=1$");
            accepted();
        }

        @Test
        void is_refused_alike_when_wrong_unknown_or_of_a_disabled_user() {
            assertThat(signIn("ana", "wrong password")).isEqualTo(new SignIn.Refused());
            assertThat(signIn("nobody", PASSWORD)).isEqualTo(new SignIn.Refused());
            identity.disable("ana");
            assertThat(signIn("ana", PASSWORD)).isEqualTo(new SignIn.Refused());
        }

        @Test
        void that_is_changed_ends_the_sessions_before() {
            String token = accepted().session().token();
            identity.users().setPassword("ana", "another horse".toCharArray());
            assertThat(identity.bySession(token)).isEmpty();
        }
    }

    @Nested
    class Repeated_failures {
        @Test
        void lock_the_user_for_a_time_that_grows() {
            for (int i = 0; i < 5; i++) {
                assertThat(signIn("ana", "wrong password")).isEqualTo(new SignIn.Refused());
            }
            assertThat(signIn("ana", PASSWORD)).isEqualTo(new SignIn.Locked(Duration.ofSeconds(2)));
            clock.advance(Duration.ofSeconds(2));
            assertThat(signIn("ana", "wrong password")).isEqualTo(new SignIn.Refused());
            assertThat(signIn("ana", PASSWORD)).isEqualTo(new SignIn.Locked(Duration.ofSeconds(4)));
            clock.advance(Duration.ofSeconds(4));
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
            assertThat(signIn("ana", "wrong password")).isEqualTo(new SignIn.Refused());
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
        }

        @Test
        void are_counted_however_many_are_made_at_once() throws Exception {
            List<Callable<SignIn>> guesses = IntStream.range(0, 40)
                    .<Callable<SignIn>>mapToObj(
                            i -> () -> identity.signIn("ana", ("wrong password " + i).toCharArray(), "10.0.0." + i))
                    .toList();
            List<SignIn> results = new ArrayList<>();
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<SignIn> future : pool.invokeAll(guesses)) {
                    results.add(future.get());
                }
            }
            assertThat(results).filteredOn(SignIn.Refused.class::isInstance).hasSize(5);
            assertThat(results).filteredOn(SignIn.Locked.class::isInstance).hasSize(35);
        }

        @Test
        void from_one_address_lock_it_for_every_user_even_if_one_of_them_succeeds_now_and_then() {
            int refused = 0;
            for (int i = 0; i < 60; i++) {
                SignIn result = signIn("user-" + i, PASSWORD);
                refused += result instanceof SignIn.Refused ? 1 : 0;
                if (i % 3 == 0) {
                    signIn("ana", PASSWORD);
                }
            }
            assertThat(refused).isEqualTo(20);
            assertThat(identity.signIn("ana", PASSWORD.toCharArray(), "10.9.9.9"))
                    .isInstanceOf(SignIn.Accepted.class);
        }

        @Test
        void are_forgotten_after_an_hour_or_by_an_administrator() {
            for (int i = 0; i < 6; i++) {
                signIn("ana", "wrong password");
            }
            identity.lockout().unlock("ana");
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
            for (int i = 0; i < 4; i++) {
                signIn("ana", "wrong password");
            }
            clock.advance(Duration.ofMinutes(61));
            for (int i = 0; i < 4; i++) {
                assertThat(signIn("ana", "wrong password")).isEqualTo(new SignIn.Refused());
            }
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
        }
    }

    @Nested
    class A_session {
        @Test
        void ends_when_idle_and_at_last() {
            String token = accepted().session().token();
            for (int i = 0; i < 24; i++) {
                clock.advance(Duration.ofMinutes(29));
                assertThat(identity.bySession(token)).isPresent();
            }
            clock.advance(Duration.ofMinutes(25));
            assertThat(identity.bySession(token)).isEmpty();
            String idle = accepted().session().token();
            clock.advance(Duration.ofMinutes(31));
            assertThat(identity.bySession(idle)).isEmpty();
        }

        @Test
        void has_a_CSRF_token_of_its_own() {
            Sessions.Started one = accepted().session();
            Sessions.Started other = accepted().session();
            assertThat(identity.isCsrfToken(one.token(), one.csrfToken())).isTrue();
            assertThat(identity.isCsrfToken(one.token(), other.csrfToken())).isFalse();
            assertThat(identity.isCsrfToken(one.token(), "")).isFalse();
            assertThat(identity.bySession(one.token()).orElseThrow().by())
                    .isEqualTo(new Credential.OfSession(one.csrfToken(), one.expiresAt()));
        }

        @Test
        void is_stored_as_a_hash_and_can_be_ended() {
            String token = accepted().session().token();
            assertThat(everyText()).noneMatch(text -> text.contains(token));
            identity.sessions().end(token);
            assertThat(identity.bySession(token)).isEmpty();
        }
    }

    @Nested
    class A_token {
        @Test
        void says_who_it_is_until_it_expires_or_is_revoked() {
            ApiTokens.Created created = identity.tokens()
                    .create("ana", "ci", Optional.of(clock.instant().plus(Duration.ofDays(1))));
            assertThat(created.secret()).startsWith("atl_");
            assertThat(created.toString()).doesNotContain(created.secret());
            Authenticated who = identity.byToken(created.secret()).orElseThrow();
            assertThat(who.principal()).isEqualTo(ANA);
            assertThat(who.by())
                    .isEqualTo(new Credential.OfToken(created.token().id(), "ci"));
            assertThat(identity.tokens().list("ana").getFirst().lastUsedAt()).contains(clock.instant());
            assertThat(everyText()).noneMatch(text -> text.contains(created.secret()));
            clock.advance(Duration.ofDays(1));
            assertThat(identity.byToken(created.secret())).isEmpty();
            ApiTokens.Created other = identity.tokens().create("ana", "other", Optional.empty());
            identity.tokens().revoke("ana", other.token().id());
            assertThat(identity.byToken(other.secret())).isEmpty();
        }

        @Test
        void is_its_users_own() {
            identity.users().create("bob", "Bob", User.Kind.HUMAN);
            ApiTokens.Created created = identity.tokens().create("ana", "ci", Optional.empty());
            assertThatThrownBy(() ->
                            identity.tokens().revoke("bob", created.token().id()))
                    .isInstanceOf(IdentityException.NotFound.class);
            assertThatThrownBy(() -> identity.tokens().create("ana", "ci", Optional.empty()))
                    .isInstanceOf(IdentityException.AlreadyExists.class);
            assertThatThrownBy(() -> identity.tokens().create("carl", "ci", Optional.empty()))
                    .isInstanceOf(IdentityException.NotFound.class);
        }
    }

    @Nested
    class An_access_key {
        private SignedRequest signed(AccessKeys.Created key) {
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            SdkHttpRequest request = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.POST)
                    .uri(URI.create("http://127.0.0.1:8080/athena"))
                    .build();
            var signed = AwsV4HttpSigner.create()
                    .sign(sign -> sign.identity(AwsCredentialsIdentity.create(key.accessKeyId(), key.secretAccessKey()))
                            .request(request)
                            .payload(ContentStreamProvider.fromByteArray(body))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "athena")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                            .putProperty(HttpSigner.SIGNING_CLOCK, clock));
            Map<String, List<String>> headers = new HashMap<>(signed.request().headers());
            return new SignedRequest("POST", "/athena", "", headers, body);
        }

        private SignatureCheck check(AccessKeys.Created key) {
            return identity.bySignature(identity.verifier("athena", Set.of()), signed(key));
        }

        @Test
        void signs_for_its_user_until_it_is_revoked() {
            AccessKeys.Created key = identity.accessKeys().create("ana");
            assertThat(key.accessKeyId()).matches("ATLA[A-Z2-7]{16}");
            assertThat(key.secretAccessKey()).hasSize(40);
            assertThat(key.toString()).doesNotContain(key.secretAccessKey());
            assertThat(check(key))
                    .isEqualTo(new SignatureCheck.Accepted(
                            new Authenticated(ANA, new Credential.OfAccessKey(key.accessKeyId(), "us-east-1"))));
            assertThat(identity.accessKeys().list("ana").getFirst().lastUsedAt())
                    .contains(clock.instant());
            identity.accessKeys().revoke("ana", key.accessKeyId());
            assertThat(check(key))
                    .isInstanceOfSatisfying(
                            SignatureCheck.Refused.class,
                            refused -> assertThat(refused.because().failure())
                                    .isEqualTo(SigV4Failure.UNRECOGNIZED_CLIENT));
        }

        @Test
        void cannot_be_read_from_the_database_nor_moved_to_another_id() {
            AccessKeys.Created key = identity.accessKeys().create("ana");
            assertThat(everyText()).noneMatch(text -> text.contains(key.secretAccessKey()));
            AccessKeys.Created other = identity.accessKeys().create("ana");
            jdbi.useHandle(handle -> handle.createUpdate("""
                            UPDATE access_key SET sealed_secret =
                                (SELECT sealed_secret FROM access_key WHERE access_key_id = :other)
                            WHERE access_key_id = :id
                            """)
                    .bind("id", key.accessKeyId())
                    .bind("other", other.accessKeyId())
                    .execute());
            assertThat(check(other)).isInstanceOf(SignatureCheck.Accepted.class);
            assertThat(check(new AccessKeys.Created(key.accessKeyId(), other.secretAccessKey())))
                    .isInstanceOf(SignatureCheck.Refused.class);
        }
    }

    @Nested
    class Revoking_everything {
        @Test
        void ends_every_session_token_and_key_at_once() {
            String session = accepted().session().token();
            String token =
                    identity.tokens().create("ana", "ci", Optional.empty()).secret();
            AccessKeys.Created key = identity.accessKeys().create("ana");
            assertThat(identity.bySession(session)).isPresent();
            assertThat(identity.byToken(token)).isPresent();
            assertThat(identity.accessKeys().secret(key.accessKeyId())).isPresent();
            assertThat(identity.revokeAll("ana")).isEqualTo(new Identity.Revoked(1, 1, 1));
            assertThat(identity.bySession(session)).isEmpty();
            assertThat(identity.byToken(token)).isEmpty();
            assertThat(identity.accessKeys().secret(key.accessKeyId())).isEmpty();
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
        }

        @Test
        void comes_with_disabling_and_nothing_new_can_be_made() {
            String session = accepted().session().token();
            identity.disable("ana");
            assertThat(identity.bySession(session)).isEmpty();
            assertThatThrownBy(() -> identity.accessKeys().create("ana"))
                    .isInstanceOf(IdentityException.NotFound.class);
            identity.users().enable("ana");
            assertThat(identity.bySession(session)).isEmpty();
            assertThat(signIn("ana", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
        }
    }

    /** Every text in the tables of identity. */
    private List<String> everyText() {
        List<String> texts = new ArrayList<>();
        for (String table : List.of("user_account", "browser_session", "api_token", "access_key", "sign_in_attempt")) {
            jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM " + table)
                            .mapToMap()
                            .list())
                    .forEach(row -> row.values().forEach(value -> texts.add(String.valueOf(value))));
        }
        return texts;
    }
}
