package io.atalaya.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.yaml.YamlProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @TempDir
    private Path data;

    private ServerConfig read(Map<String, String> environment) {
        return ServerConfig.read(environment, ServerConfig.Overrides.data(data));
    }

    @Test
    void has_a_default_for_everything() {
        ServerConfig config = read(Map.of());
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.metadata()).isInstanceOf(ServerConfig.Metadata.Sqlite.class);
        assertThat(config.data().root()).isEqualTo(data.toAbsolutePath());
        assertThat(config.runs()).isEmpty();
    }

    @Nested
    class A_database_of_vectors {
        private static final String URL = "jdbc:postgresql://db.example/vectors?sslmode=verify-full";

        @Test
        void is_reached_with_a_password_that_the_settings_only_refer_to() {
            VectorDatabase vectors = read(Map.of(
                            "ATALAYA_PGVECTOR_URL",
                            URL,
                            "ATALAYA_PGVECTOR_USER",
                            "atalaya",
                            "ATALAYA_PGVECTOR_PASSWORD",
                            "env:VECTOR_PASSWORD",
                            "VECTOR_PASSWORD",
                            "tell-nobody"))
                    .vectors()
                    .orElseThrow();
            assertThat(vectors).isEqualTo(new VectorDatabase(URL, "atalaya", "tell-nobody"));
            assertThat(vectors.toString()).doesNotContain("tell-nobody");
            assertThat(read(Map.of()).vectors()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                ATALAYA_PGVECTOR_USER     | atalaya                                    | pgvector.url
                ATALAYA_PGVECTOR_URL      | jdbc:mariadb://db.example/vectors          | must begin with jdbc:postgresql:
                ATALAYA_PGVECTOR_URL      | jdbc:postgresql://a:b@db.example/vectors   | no user and no password
                ATALAYA_PGVECTOR_URL      | jdbc:postgresql://db.example/v?Password=x  | no user and no password
                ATALAYA_PGVECTOR_PASSWORD | tell-nobody                                | is no reference
                """)
        void is_refused_where_it_says_too_little_or_too_much(String variable, String value, String message) {
            assertThatThrownBy(() -> read(Map.of(variable, value)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("tell-nobody");
        }
    }

    @Nested
    class A_file {
        @BeforeEach
        void write() throws IOException {
            Files.writeString(data.resolve("atalaya.yaml"), """
                    port: 9090
                    query:
                      timeout: 5m
                    engine: {memory: 2GB, threads: 3}
                    """);
        }

        @Test
        void sets_what_it_names() {
            ServerConfig config = read(Map.of());
            assertThat(config.port()).isEqualTo(9090);
            assertThat(config.queries().timeout()).isEqualTo(Duration.ofMinutes(5));
            assertThat(config.engine()).isEqualTo(new ServerConfig.EngineLimits(3, 2L << 30));
        }

        @Test
        void gives_way_to_the_environment_which_gives_way_to_the_command_line() {
            assertThat(read(Map.of("ATALAYA_PORT", "9191")).port()).isEqualTo(9191);
            assertThat(read(Map.of("ATALAYA_RUNS_CONCURRENT", "12")).runs()).hasValue(12);
            var overrides = new ServerConfig.Overrides(
                    java.util.Optional.of(data), java.util.Optional.empty(), java.util.Optional.of(9292));
            assertThat(ServerConfig.read(Map.of("ATALAYA_PORT", "9191"), overrides)
                            .port())
                    .isEqualTo(9292);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ATALAYA_PORT, 99999, port",
        "ATALAYA_PORT, eighty, port",
        "ATALAYA_QUERY_TIMEOUT, soon, query.timeout",
        "ATALAYA_ENGINE_MEMORY, much, engine.memory",
        "ATALAYA_SCHEDULER, perhaps, scheduler",
        "ATALAYA_RUNS_CONCURRENT, 0, runs.concurrent",
        "ATALAYA_METADATA, oracle, metadata",
        "ATALAYA_WORKSPACES_SOURCES, ../files, workspaces.sources",
        "ATALAYA_NO_SUCH_THING, 1, no.such.thing",
    })
    void refuses_what_it_does_not_understand_by_key(String variable, String value, String key) {
        assertThatThrownBy(() -> read(Map.of(variable, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'" + key + "'")
                .hasMessageContaining(variable);
    }

    @ParameterizedTest
    @CsvSource({
        "ATALAYA_CATALOG, glue, Glue",
        "ATALAYA_STORAGE, s3, S3",
        "ATALAYA_ENGINE, trino, Trino",
        "ATALAYA_ENGINE, athena, Athena",
        "ATALAYA_IDENTITY, oidc, OpenID"
    })
    void says_clearly_what_this_version_does_not_have(String variable, String value, String what) {
        assertThatThrownBy(() -> read(Map.of(variable, value)))
                .hasMessageContaining(what)
                .hasMessageContaining("not available in this version");
    }

    @Test
    void needs_an_address_for_postgresql_and_never_prints_its_password() {
        assertThatThrownBy(() -> read(Map.of("ATALAYA_METADATA", "postgresql")))
                .hasMessageContaining("'postgresql.url'");
        ServerConfig config = read(Map.of(
                "ATALAYA_METADATA", "postgresql",
                "ATALAYA_POSTGRESQL_URL", "jdbc:postgresql://db/atalaya",
                "ATALAYA_POSTGRESQL_PASSWORD", "hush"));
        assertThat(config.toString()).contains("jdbc:postgresql://db/atalaya").doesNotContain("hush");
    }

    @Nested
    class Secrets_of_webhooks {
        private static final String SECRET = "correct horse battery";

        private void configure(String reference) throws IOException {
            Files.writeString(
                    data.resolve("atalaya.yaml"),
                    "webhooks: {private: true, secrets: {on-call: '%s'}}\n".formatted(reference));
        }

        @Test
        void come_from_a_variable_whatever_its_name() throws IOException {
            for (String variable : List.of("ON_CALL", "ATALAYA_ON_CALL_SECRET")) {
                configure("env:" + variable);
                Webhooks webhooks = read(Map.of(variable, SECRET)).webhooks();
                assertThat(webhooks.privateAddresses()).isTrue();
                assertThat(webhooks.secrets()).isEqualTo(Map.of("on-call", SECRET));
            }
        }

        @Test
        void come_from_a_file_in_the_data_directory_or_elsewhere() throws IOException {
            Files.writeString(data.resolve("on-call.txt"), SECRET + "\n");
            for (String path : List.of(
                    "on-call.txt", data.resolve("on-call.txt").toAbsolutePath().toString())) {
                configure("file:" + path);
                assertThat(read(Map.of()).webhooks().secrets()).isEqualTo(Map.of("on-call", SECRET));
            }
        }

        @Test
        void are_never_written_into_the_settings_nor_printed() throws IOException {
            configure(SECRET);
            assertThatThrownBy(() -> read(Map.of()))
                    .hasMessageContaining("'webhooks.secrets.on-call'")
                    .hasMessageContaining("env:NAME or file:PATH")
                    .hasMessageNotContaining("horse");
            configure("env:ON_CALL");
            assertThat(read(Map.of("ON_CALL", SECRET)).toString())
                    .contains("on-call")
                    .doesNotContain("horse");
        }

        @Test
        void that_are_not_there_or_too_short_stop_the_start() throws IOException {
            configure("env:ON_CALL");
            assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("the variable ON_CALL, which is not set");
            assertThatThrownBy(() -> read(Map.of("ON_CALL", "short"))).hasMessageContaining("fewer than 16 characters");
            configure("file:nowhere");
            assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("nowhere, which cannot be read");
        }

        @Test
        void are_none_and_private_addresses_are_refused_by_default() {
            assertThat(read(Map.of()).webhooks()).isEqualTo(new Webhooks(false, Map.of()));
        }
    }

    @Test
    void takes_the_certificates_of_a_broker_s_authority_if_they_can_be_read() throws IOException {
        Path certificates = Files.writeString(data.resolve("ca.pem"), "");
        String settings = """
                brokers:
                  events: {address: "kafkas://127.0.0.1:9093", usedBy: robot, authority: "%s"}
                """;
        Files.writeString(data.resolve("atalaya.yaml"), settings.formatted(certificates));
        assertThat(Objects.requireNonNull(read(Map.of()).sources().brokers().get("events"))
                        .authority())
                .contains(certificates);
        for (String wrong : List.of("ca.pem", data.resolve("missing.pem").toString())) {
            Files.writeString(data.resolve("atalaya.yaml"), settings.formatted(wrong));
            assertThatThrownBy(() -> read(Map.of()))
                    .hasMessageContaining("brokers.events.authority")
                    .hasMessageContaining("absolute path of a file of certificates");
        }
    }

    @Test
    void refuses_an_unknown_or_repeated_key_of_the_file() throws IOException {
        Path file = data.resolve("atalaya.yaml");
        Files.writeString(file, "prot: 1\n");
        assertThatThrownBy(() -> read(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'prot'");
        Files.writeString(file, "port: 1\nport: 2\n");
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(YamlProblem.class).hasMessageContaining("port");
    }

    @Test
    void lets_one_process_at_a_time_work_on_a_data_directory() {
        DataDirectory directory = new DataDirectory(data.resolve("new"));
        try (DataLock first = DataLock.tryTake(directory).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThat(DataLock.tryTake(directory)).isEmpty();
        }
        DataLock.tryTake(directory).orElseThrow().close();
    }
}
