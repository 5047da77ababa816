package io.atalaya.catalog.workspace;

import io.atalaya.catalog.chart.ChartSight;
import io.atalaya.catalog.chart.ChartSpec;
import io.atalaya.catalog.chart.Dashboard;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a file of {@code dashboards/} declares, checked. */
final class DashboardDeclaration {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final int MOST_CHARTS = 24;

    private DashboardDeclaration() {}

    /** @throws io.atalaya.policies.yaml.YamlProblem naming the place of the first thing that is wrong */
    static Dashboard of(String workspace, YamlDocument<DashboardFile> document) {
        DashboardFile file = document.value();
        String name = file.dashboard();
        if (name == null) {
            throw document.problem("", "needs a 'dashboard', its name");
        }
        if (!NAME.matcher(name).matches()) {
            throw document.problem("dashboard", "'" + name + "' must be up to 64 lower case letters, digits, _ and -");
        }
        List<DashboardFile.ChartPart> parts = Objects.requireNonNullElse(file.charts(), List.of());
        if (parts.isEmpty() || parts.size() > MOST_CHARTS) {
            throw document.problem("charts", "has 1 to " + MOST_CHARTS + " charts");
        }
        List<Dashboard.Chart> charts = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            charts.add(chart(document, "charts[" + i + "]", parts.get(i)));
        }
        return new Dashboard(
                name,
                workspace,
                words(document, "title", file.title()),
                Optional.ofNullable(file.description()).map(words -> words(document, "description", words)),
                charts);
    }

    private static Dashboard.Chart chart(
            YamlDocument<DashboardFile> document, String path, DashboardFile.ChartPart part) {
        String sql = part.sql();
        if (sql == null || sql.isBlank()) {
            throw document.problem(path, "needs 'sql', a query");
        }
        if (!ChartSight.isQuery(sql, Optional.empty())) {
            throw document.problem(path + ".sql", "is no query of tables; write each table with its database");
        }
        ChartSpec.Kind kind = part.kind();
        if (kind == null) {
            throw document.problem(path, "needs a 'kind'", List.of("bar", "line", "scatter", "histogram", "map"));
        }
        ChartSpec spec;
        try {
            spec = new ChartSpec(
                    kind, Objects.requireNonNullElse(part.x(), ""), Objects.requireNonNullElse(part.y(), List.of()));
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
        return new Dashboard.Chart(
                words(document, path + ".title", part.title()),
                sql.strip(),
                spec,
                Objects.requireNonNullElse(part.madeFor(), List.of()));
    }

    private static Dashboard.Words words(
            YamlDocument<DashboardFile> document, String path, DashboardFile.@Nullable WordsPart part) {
        String en = part == null ? null : part.en();
        String es = part == null ? null : part.es();
        if (en == null || es == null || en.isBlank() || es.isBlank()) {
            throw document.problem(path, "needs 'en' and 'es'");
        }
        return new Dashboard.Words(en.strip(), es.strip());
    }
}
