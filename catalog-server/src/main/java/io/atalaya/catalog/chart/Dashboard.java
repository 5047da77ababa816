package io.atalaya.catalog.chart;

import java.util.List;
import java.util.Optional;

/**
 * A page of charts, as a workspace declares it. Each chart is drawn of the rows of whoever looks.
 *
 * @param name of the page in its address, unique among all workspaces
 * @param workspace whose it is
 */
public record Dashboard(String name, String workspace, Words title, Optional<Words> description, List<Chart> charts) {
    public Dashboard {
        charts = List.copyOf(charts);
    }

    /** A text in the languages of the console. */
    public record Words(String en, String es) {}

    /**
     * A chart of it.
     *
     * @param sql a query of tables, each with its database
     * @param madeFor profiles whose work it is for; nobody gains or lacks anything by it
     */
    public record Chart(Words title, String sql, ChartSpec chart, List<String> madeFor) {
        public Chart {
            madeFor = List.copyOf(madeFor);
        }
    }
}
