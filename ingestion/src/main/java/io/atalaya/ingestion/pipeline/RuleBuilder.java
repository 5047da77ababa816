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
        Limit threshold;
        try {
            threshold = part.threshold() == null ? Limit.none() : Limit.parse(part.threshold());
        } catch (IllegalArgumentException e) {
            throw document.problem(path + ".threshold", String.valueOf(e.getMessage()));
        }
        return new Rule(
                parts.name(path + ".name", part.name()),
                Objects.requireNonNullElse(part.severity(), Rule.Severity.FAIL),
                threshold,
                condition(path, part, only));
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
