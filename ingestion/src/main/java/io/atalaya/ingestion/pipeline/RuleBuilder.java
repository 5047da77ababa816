package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.RulePart;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes rules of what is written. */
final class RuleBuilder {
    private final YamlDocument<?> document;
    private final Parts parts;

    RuleBuilder(YamlDocument<?> document) {
        this.document = document;
        this.parts = new Parts(document);
    }

    List<Rule> build(String path, @Nullable List<RulePart> given) {
        List<RulePart> rules = parts.some(path, given);
        List<Rule> built = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rule(path + "[" + i + "]", rules.get(i));
            if (!names.add(rule.name())) {
                throw document.problem(path + "[" + i + "].name", "there are two rules '" + rule.name() + "'");
            }
            built.add(rule);
        }
        return built;
    }

    private Rule rule(String path, RulePart part) {
        Object only = parts.one(
                path,
                new Parts.Choice("notNull", part.notNull()),
                new Parts.Choice("unique", part.unique()),
                new Parts.Choice("accepted", part.accepted()),
                new Parts.Choice("range", part.range()),
                new Parts.Choice("holds", part.holds()),
                new Parts.Choice("count", part.count()),
                new Parts.Choice("rowCount", part.rowCount()),
                new Parts.Choice("freshness", part.freshness()));
        Rule.OnFailure onFailure = Objects.requireNonNullElse(part.onFailure(), Rule.OnFailure.FAIL);
        boolean whole = part.rowCount() != null || part.freshness() != null;
        if (onFailure == Rule.OnFailure.QUARANTINE && (part.count() != null || whole)) {
            throw document.problem(
                    path + ".onFailure",
                    "%s names no rows that could be moved; write FAIL or WARN, or a condition"
                            .formatted(part.count() != null ? "a count" : "a rule about a whole table"));
        }
        if (whole && part.threshold() != null) {
            throw document.problem(path + ".threshold", "a rule about a whole table is broken by no single rows");
        }
        Optional<Rule.Trend> trend = Optional.ofNullable(part.trend()).map(given -> trend(path + ".trend", given));
        return new Rule(
                parts.name(path + ".name", part.name()),
                onFailure,
                threshold(path + ".threshold", part.threshold(), onFailure, trend.isPresent()),
                condition(path, part, only),
                trend);
    }

    private Rule.Trend trend(String path, PipelineFile.TrendPart part) {
        int runs = Objects.requireNonNullElse(part.runs(), 7);
        String within = parts.present(path + ".within", part.within());
        try {
            if (!(Limit.parse(within) instanceof Limit.Percent(var percent))) {
                throw new IllegalArgumentException("'" + within + "' is no share of the mean, such as 50%");
            }
            return new Rule.Trend(percent, runs, Objects.requireNonNullElse(part.atLeast(), Math.min(3, runs)));
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    /**
     * None may break a rule unless it says otherwise; those that are moved may be all, and so may those of which only the
     * trend matters.
     */
    private Limit threshold(String path, @Nullable String given, Rule.OnFailure onFailure, boolean trend) {
        if (given == null) {
            return onFailure == Rule.OnFailure.QUARANTINE || trend ? Limit.parse("100%") : Limit.none();
        }
        try {
            return Limit.parse(given);
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    private Rule.Condition condition(String path, RulePart part, Object only) {
        if (part.notNull() != null) {
            return new Rule.Condition.NotNull(parts.some(path + ".notNull", part.notNull()));
        }
        if (part.unique() != null) {
            return new Rule.Condition.Unique(parts.some(path + ".unique", part.unique()));
        }
        if (part.accepted() != null) {
            return new Rule.Condition.Accepted(
                    parts.present(path + ".accepted.column", part.accepted().column()),
                    parts.some(path + ".accepted.values", part.accepted().values()));
        }
        if (part.range() != null) {
            return new Rule.Condition.Range(
                    parts.present(path + ".range.column", part.range().column()),
                    parts.present(path + ".range.from", part.range().from()),
                    parts.present(path + ".range.to", part.range().to()));
        }
        if (part.holds() != null) {
            return new Rule.Condition.Holds(parts.present(path + ".holds", part.holds()));
        }
        if (part.rowCount() != null) {
            return rowCount(path, part.rowCount(), part.trend() != null);
        }
        if (part.freshness() != null) {
            return new Rule.Condition.Freshness(
                    parts.present(path + ".freshness.column", part.freshness().column()),
                    parts.present(path + ".freshness.within", part.freshness().within()));
        }
        return new Rule.Condition.Count(only.toString());
    }

    private Rule.Condition rowCount(String path, PipelineFile.RowCountPart part, boolean trend) {
        Long from = part.from();
        Long to = part.to();
        if (from == null && to == null && !trend) {
            throw document.problem(
                    path + ".rowCount", "says nothing; write 'from', 'to' or both, or a 'trend' beside it");
        }
        if (from != null && to != null && from > to) {
            throw document.problem(path + ".rowCount.to", "is less than 'from'");
        }
        return new Rule.Condition.RowCount(
                from == null ? OptionalLong.empty() : OptionalLong.of(from),
                to == null ? OptionalLong.empty() : OptionalLong.of(to));
    }
}
