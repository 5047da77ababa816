package io.atalaya.policies.filter;

import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.predicate.Predicate;
import java.util.UUID;

/**
 * The cells of a table a grant lets through: the rows that match {@code rows}, in the columns chosen.
 *
 * @param name unique within its table
 * @param rows over the field ids of its table; may hold user attributes
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/data-filtering.html">Lake Formation data filters</a>
 */
public record DataCellsFilter(
        UUID id, UUID database, UUID table, String name, ColumnSelection columns, Predicate rows, Source source) {}
