package io.atalaya.catalog.chart;

import java.time.Instant;
import java.util.Optional;

/**
 * A named query with the chart that is drawn of it.
 *
 * @param id of the named query
 * @param owner who saved it
 * @param database what names without a database are looked up in
 * @param shared whether those see it, too, who may know of all tables that it reads
 */
public record SavedChart(
        String id,
        String owner,
        String title,
        Optional<String> description,
        String database,
        String sql,
        ChartSpec chart,
        boolean shared,
        Instant createdAt) {}
