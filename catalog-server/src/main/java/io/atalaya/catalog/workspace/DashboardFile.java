package io.atalaya.catalog.workspace;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.atalaya.catalog.chart.ChartSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code dashboards/} as people write it; any part may be missing. {@code docs/workspace.md} explains each key.
 *
 * @param dashboard its name in addresses
 */
public record DashboardFile(
        @Nullable String dashboard,
        @Nullable WordsPart title,
        @Nullable WordsPart description,
        @Nullable List<ChartPart> charts) {

    /** A text in both languages of the console. */
    public record WordsPart(@Nullable String en, @Nullable String es) {}

    /**
     * A chart.
     *
     * @param sql a query of tables, each with its database
     * @param madeFor profiles whose work it is for
     */
    public record ChartPart(
            @Nullable WordsPart title,
            @Nullable String sql,
            ChartSpec.@Nullable Kind kind,
            @Nullable String x,
            @Nullable List<String> y,
            @JsonProperty("for") @Nullable List<String> madeFor) {}
}
