package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.RulePart;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
                new Parts.Choice("count", part.count()));
        Rule.OnFailure onFailure = Objects.requireNonNullElse(part.onFailure(), Rule.OnFailure.FAIL);
        if (onFailure == Rule.OnFailure.QUARANTINE && part.count() != null) {
            throw document.problem(
                    path + ".onFailure",
                    "a count names no rows that could be moved; write FAIL or WARN, or a condition");
        }
        return new Rule(
                parts.name(path + ".name", part.name()),
                onFailure,
                threshold(path + ".threshold", part.threshold(), onFailure),
                condition(path, part, only));
    }

    /** None may break a rule unless it says otherwise; those that are moved may be all, unless it says otherwise. */
    private Limit threshold(String path, @Nullable String given, Rule.OnFailure onFailure) {
        if (given == null) {
            return onFailure == Rule.OnFailure.QUARANTINE ? Limit.parse("100%") : Limit.none();
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
        return new Rule.Condition.Count(only.toString());
    }
}
