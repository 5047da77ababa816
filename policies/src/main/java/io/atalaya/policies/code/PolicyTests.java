package io.atalaya.policies.code;

import io.atalaya.policies.Permission;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlDocument;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** The tests of a workspace's policies: what principals are expected to see of tables. */
public final class PolicyTests {
    /** What {@code may} of a test speaks of. */
    public static final Set<Permission> ON_TABLES = Set.copyOf(EnumSet.of(
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.DROP,
            Permission.DESCRIBE,
            Permission.ASSOCIATE));

    /** The same of a database itself. */
    public static final Set<Permission> ON_DATABASES = Set.copyOf(EnumSet.of(
            Permission.CREATE_TABLE, Permission.ALTER, Permission.DROP, Permission.DESCRIBE, Permission.ASSOCIATE));

    private final List<YamlDocument<PolicyTestFile>> files;

    /** The tests in those files. */
    public PolicyTests(List<YamlDocument<PolicyTestFile>> files) {
        this.files = List.copyOf(files);
    }

    /**
     * The tests in the files of a folder; none if there is no such folder.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if a file is not what it should be
     */
    public static PolicyTests read(Path folder) {
        return new PolicyTests(new StrictYaml().readAll(folder, PolicyTestFile.class));
    }

    /**
     * Runs them, and if all hold, again with each rule of the workspace taken away or weakened, to find those that no
     * test would miss.
     *
     * @param state the policies to be tested
     * @param own what the workspace says of them
     * @param clock the time of tests that name none
     */
    public PolicyTestReport run(PolicyState state, Binder.Bound own, PolicyResolver resolver, Clock clock) {
        Set<String> pending = new TreeSet<>();
        List<PolicyTestCase> cases = new ArrayList<>();
        Instant now = clock.instant();
        for (YamlDocument<PolicyTestFile> file : files) {
            List<PolicyTestFile.Case> written = Binder.each(file.value().tests());
            IntStream.range(0, written.size())
                    .forEach(index -> bound(
                                    new Place(file, "tests[" + index + "]"), written.get(index), resolver, now, pending)
                            .ifPresent(cases::add));
        }
        List<PolicyTestReport.Outcome> outcomes =
                cases.stream().map(one -> one.outcome(state)).toList();
        boolean allHold =
                outcomes.stream().allMatch(outcome -> outcome.failures().isEmpty());
        return new PolicyTestReport(outcomes, allHold ? unnoticed(state, own, cases) : List.of(), List.copyOf(pending));
    }

    private static List<String> unnoticed(PolicyState state, Binder.Bound own, List<PolicyTestCase> cases) {
        return Mutant.of(state, own)
                .filter(mutant -> cases.stream()
                        .allMatch(one -> one.failures(mutant.state()).isEmpty()))
                .map(Mutant::text)
                .toList();
    }

    private static Optional<PolicyTestCase> bound(
            Place place, PolicyTestFile.Case written, PolicyResolver resolver, Instant now, Set<String> pending) {
        String name = place.present("on", written.on());
        String[] parts = name.split("\\.", -1);
        if (parts.length > 2 || Stream.of(parts).anyMatch(String::isBlank)) {
            throw place.at("on").problem("write a table as database.table, not '" + name + "'");
        }
        Optional<PolicyTestCase.On> on = parts.length == 1
                ? resolver.database(Namespace.of(name))
                        .map(uuid -> new PolicyTestCase.On.Database(uuid, Namespace.of(name)))
                : resolver.table(TableIdentifier.of(parts[0], parts[1])).map(PolicyTestCase.On.Table::new);
        if (on.isEmpty()) {
            pending.add(name);
        }
        return on.map(found -> new PolicyTestCase(place, written, found, now));
    }
}
