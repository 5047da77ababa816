package io.atalaya.policies;

import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.predicate.Predicates;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Policies of two workspaces and by hand, at random, with everything that policy files have and texts that are hard to write. */
final class RandomItems {
    /** Two of one database, one of another. */
    static final List<GovernedTable> TABLES = List.of(
            Lake.ORDERS,
            Lake.table("shop_curated", "customers", Lake.DATABASE, new UUID(2, 2)),
            Lake.table("hr_raw", "people", new UUID(1, 2), new UUID(2, 3)));

    private static final List<String> TEXTS = List.of(
            "plain",
            "two words",
            "yes",
            "no",
            "on",
            "1",
            "-0.5",
            "0x1F",
            "0o7",
            "1e3",
            "1_000",
            "null",
            "~",
            "a: b",
            "a #b",
            "# no",
            "it's",
            "\"said\"",
            "- dash",
            "? what",
            "{a}",
            "[b]",
            "&a",
            "*a",
            "!t",
            "|",
            ">",
            "%",
            "@",
            "`",
            ",",
            ":",
            "-",
            "--- a",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "12:30",
            "line\nbreak",
            "tab\there",
            "trailing\nlines\n\nmore",
            "é漢",
            "\uD83D\uDE00",
            "next\u0085line",
            "sep\u2028",
            "back\\slash",
            "true",
            "FALSE",
            ".inf",
            "=",
            "<<",
            "x".repeat(300));
    private static final List<String> VALUES = List.of("x", "no", "1", "2026-01-01", "a b", "12:30");

    private final Draws draws;
    private final List<PolicyItem> items = new ArrayList<>();
    private final List<String> profiles = new ArrayList<>();
    private final List<String> purposes = new ArrayList<>();
    private final List<LfTag> tags = new ArrayList<>();
    private final List<String> expressions = new ArrayList<>();
    private final List<DataCellsFilter> filters = new ArrayList<>();

    RandomItems(Draws draws) {
        this.draws = draws;
    }

    /** Source by source; each speaks of its own and of those before it. */
    List<PolicyItem> all() {
        of(new Source.PolicyFile("a"));
        of(new Source.PolicyFile("b"));
        of(new Source.Hand());
        return items;
    }

    private String text() {
        return draws.of(TEXTS);
    }

    /** A remark, which files strip. */
    private String remark() {
        return draws.coin() ? "" : text().strip();
    }

    private void of(Source source) {
        List<String> own = new ArrayList<>();
        for (int i = 1 + draws.below(3); i > 0; i--) {
            String name = draws.of("analyst", "lead", "null", "no", "1", "p@x.org");
            if (!own.contains(name)) {
                own.add(name);
                items.add(new PolicyItem.OfProfile(new Profile(name, remark(), draws.below(5) == 0, source)));
            }
        }
        profiles.addAll(own);
        for (int i = draws.below(3); i > 0; i--) {
            items.add(new PolicyItem.OfInclusion(new Inclusion(draws.of(own), draws.of(profiles), source)));
        }
        for (int i = draws.below(3); i > 0; i--) {
            String name = draws.of("churn", "true", "2026");
            purposes.add(name);
            items.add(new PolicyItem.OfPurpose(new Purpose(name, remark(), source)));
        }
        for (int i = 1 + draws.below(4); i > 0; i--) {
            LfTag tag = new LfTag(draws.of("k", "yes", "1"), draws.of(VALUES));
            tags.add(tag);
            items.add(new PolicyItem.OfTag(tag, source));
        }
        for (int i = draws.below(3); i > 0; i--) {
            String name = draws.of("open", "off");
            expressions.add(name);
            items.add(new PolicyItem.OfTagExpression(new NamedTagExpression(name, expression(), source)));
        }
        for (int i = draws.below(4); i > 0; i--) {
            String user = draws.of("ana", "ben", "null");
            items.add(
                    draws.coin()
                            ? new PolicyItem.OfMembership(new Membership(user, draws.of(profiles), source))
                            : new PolicyItem.OfAttribute(new UserAttribute(user, text(), text(), source)));
        }
        for (int i = draws.below(6); i > 0; i--) {
            items.add(new PolicyItem.OfAssignment(new TagAssignment(target(), draws.of(tags), source)));
        }
        for (int i = draws.below(4); i > 0; i--) {
            GovernedTable table = draws.of(TABLES);
            String name = draws.coin() ? "f" : text();
            if (filters.stream()
                    .noneMatch(filter ->
                            filter.name().equals(name) && filter.table().equals(table.uuid()))) {
                DataCellsFilter filter = new DataCellsFilter(
                        new UUID(3, filters.size()),
                        table.databaseUuid(),
                        table.uuid(),
                        name,
                        draws.below(3) == 0 ? ColumnSelection.all() : columns(),
                        rows(),
                        source);
                filters.add(filter);
                items.add(new PolicyItem.OfFilter(filter));
            }
        }
        for (int i = draws.below(8); i > 0; i--) {
            items.add(new PolicyItem.OfGrant(grant(source)));
        }
        for (int i = draws.below(5); i > 0; i--) {
            items.add(new PolicyItem.OfGuard(guard(source)));
        }
    }

    private TagExpression expression() {
        Map<String, Set<String>> values = new TreeMap<>();
        draws.some(1, 3, () -> draws.of(tags))
                .forEach(tag ->
                        values.computeIfAbsent(tag.key(), _ -> new TreeSet<>()).add(tag.value()));
        return TagExpression.of(values);
    }

    private TagTarget target() {
        GovernedTable table = draws.of(TABLES);
        return draws.by(
                () -> new TagTarget.OfDatabase(table.databaseUuid()),
                () -> new TagTarget.OfTable(table.databaseUuid(), table.uuid()),
                () -> new TagTarget.OfColumn(
                        table.databaseUuid(),
                        table.uuid(),
                        draws.of(Lake.SCHEMA.columns()).fieldId()));
    }

    private Set<Integer> ids() {
        return new TreeSet<>(
                draws.some(1, 4, () -> draws.of(Lake.SCHEMA.columns()).fieldId()));
    }

    private ColumnSelection columns() {
        return draws.coin() ? new ColumnSelection.Include(ids()) : new ColumnSelection.Exclude(ids());
    }

    /** As the parser makes them. */
    private Predicate rows() {
        return Lake.rows(PredicateText.named(Predicates.any(draws, true), Lake.SCHEMA));
    }

    private Grant grant(Source source) {
        Resource resource = resource();
        Set<Permission> permissions =
                new TreeSet<>(draws.some(1, 3, () -> draws.of(List.copyOf(resource.grantable()))));
        Condition condition = draws.below(3) > 0
                ? Condition.NONE
                : Condition.of(Map.of(text(), draws.some(1, 2, this::text), "region", List.of(text())));
        boolean include = !(resource instanceof Resource.OfColumns columns
                && columns.columns() instanceof ColumnSelection.Exclude);
        Grant grant = new Grant(
                "",
                draws.coin() ? new Grantee.User(draws.of("ana", "ben")) : new Grantee.Profile(draws.of(profiles)),
                resource,
                permissions,
                condition.isNone() && include && draws.coin()
                        ? Set.of(permissions.iterator().next())
                        : Set.of(),
                new Terms(
                        new Validity(moment(2026), moment(2030)),
                        condition,
                        purposes.isEmpty() || draws.coin() ? "" : draws.of(purposes)),
                remark(),
                source);
        return grant.called(PolicyItem.grantId(grant));
    }

    private Optional<Instant> moment(int year) {
        return Optional.ofNullable(draws.ofOrNull("-07-01T00:00:00Z", "-01-01T12:30:00Z", "-12-31T23:59:59.000001Z"))
                .filter(_ -> draws.coin())
                .map(rest -> Instant.parse(year + rest));
    }

    private Resource resource() {
        GovernedTable table = draws.of(TABLES);
        if (!filters.isEmpty() && draws.below(4) == 0) {
            DataCellsFilter filter = draws.of(filters);
            return new Resource.OfCells(filter.database(), filter.table(), filter.id());
        }
        return draws.<Resource>by(
                Resource.OfCatalog::new,
                () -> new Resource.OfDatabase(table.databaseUuid()),
                () -> new Resource.AllTables(table.databaseUuid()),
                () -> new Resource.OfTable(table.databaseUuid(), table.uuid()),
                () -> new Resource.OfColumns(table.databaseUuid(), table.uuid(), columns()),
                () -> new Resource.Tagged(draws.of(Resource.Tagged.Kind.values()), expression()),
                () -> expressions.isEmpty()
                        ? new Resource.OfLocation("s3://bucket/a b#c/")
                        : new Resource.TaggedAs(draws.of(Resource.Tagged.Kind.values()), draws.of(expressions)),
                () -> new Resource.OfLocation(draws.of("s3://b/x", "file:/tmp/a: b", "s3://b/" + text())));
    }

    private Guard guard(Source source) {
        GovernedTable table = draws.of(TABLES);
        Guard.Selector on = draws.<Guard.Selector>by(
                () -> new Guard.Selector.Tagged(expression()),
                () -> new Guard.Selector.Columns(
                        table.databaseUuid(), table.uuid(), new ColumnSelection.Include(ids())),
                () -> new Guard.Selector.Table(table.databaseUuid(), table.uuid()),
                () -> new Guard.Selector.Database(table.databaseUuid()));
        String name = draws.coin() ? "g" + draws.below(3) : text();
        return new Guard(
                source.text() + "/" + name,
                name,
                remark(),
                on,
                effect(on),
                new TreeSet<>(draws.some(0, 2, () -> draws.of(profiles))),
                source);
    }

    private Guard.Effect effect(Guard.Selector on) {
        return draws.by(
                Guard.Effect.Hide::new,
                () -> new Guard.Effect.Masks(mask()),
                () -> new Guard.Effect.Masks(mask()),
                () -> new Guard.Effect.Rows(
                        switch (on) {
                            case Guard.Selector.Table _ -> rows();
                            case Guard.Selector.Database _ -> new Predicate.Never();
                            case Guard.Selector.Tagged _, Guard.Selector.Columns _ ->
                                PredicateParser.parseOverValue(
                                        PredicateText.overValue(new Predicate.Comparison(
                                                Guard.VALUE,
                                                Predicate.Operator.EQUAL,
                                                draws.coin()
                                                        ? new Operand.UserAttribute(text())
                                                        : new Operand.Text(text()))),
                                        Guard.VALUE);
                        }));
    }

    private Mask mask() {
        return draws.by(
                Mask.Null::new,
                () -> new Mask.Constant(draws.coin() ? "" : text()),
                Mask.Redact::new,
                () -> new Mask.RedactNumbers(1 + draws.below(5)),
                () -> new Mask.ShowFirst(draws.below(4), draws.below(4)),
                () -> new Mask.ShowLast(draws.below(4), draws.below(4)),
                () -> new Mask.Pseudonym(text()),
                () -> new Mask.TruncateDate(draws.of(Mask.TruncateDate.Unit.values())),
                () -> new Mask.Round(new BigDecimal(draws.of("100", "0.05", "1", "2500000"))),
                () -> new Mask.Coarsen(draws.below(7)));
    }
}
