package io.atalaya.catalog.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.Cause;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Sentence;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;
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
            String dataset,
            boolean allowed,
            @Nullable String rows,
            Map<String, Sentence> columns,
            List<Sentence> because) {
        public OfDataset {
            columns = new java.util.LinkedHashMap<>(columns);
            because = List.copyOf(because);
        }

        /** What somebody has of a dataset, by a decision and what they may know of it. */
        public static OfDataset of(String dataset, Optional<Decision> decision, Optional<Knowledge> knowledge) {
            Map<String, Sentence> columns = new LinkedHashMap<>();
            @Nullable String rows = null;
            if (knowledge.isPresent()) {
                AccessView view = new AccessView(knowledge.get());
                rows = view.rows();
                for (Types.NestedField column : knowledge.get().columns()) {
                    AccessView.Column one = view.column(column);
                    columns.put(
                            column.name(),
                            one.mask() == null ? Sentence.of(one.state()) : Sentence.of("masked: {0}", one.mask()));
                }
            }
            return new OfDataset(
                    dataset,
                    decision.filter(Decision.Allowed.class::isInstance).isPresent(),
                    rows,
                    columns,
                    decision.map(Decision::because).orElse(List.of()).stream()
                            .map(Cause::sentence)
                            .toList());
        }
    }
}
