package io.atalaya.catalog.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the policies answered for whom access was asked, read back after a change took effect.
 *
 * @param epoch of the policies that answered
 * @param byRequest whether any of it is still or already there because of the request
 */
public record Evidence(Instant at, long epoch, String grantee, boolean byRequest, List<OfDataset> datasets) {
    public Evidence {
        datasets = List.copyOf(datasets);
    }

    /**
     * One dataset.
     *
     * @param allowed whether the permission is there
     * @param rows the row filter; null for all rows
     * @param columns what each is that the grantee may know of: visible, masked, conditional or hidden
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OfDataset(
            String dataset, boolean allowed, @Nullable String rows, Map<String, String> columns, List<String> because) {
        public OfDataset {
            columns = new java.util.LinkedHashMap<>(columns);
            because = List.copyOf(because);
        }
    }
}
