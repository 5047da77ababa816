package io.atalaya.catalog.dataset;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The datasets that something kept by their places is about. Not for several threads at once. */
final class Followed {
    private List<Dataset> datasets = List.of();
    private Layout layout = Layout.NONE;

    /** The places of datasets that are not as they were; none if they have other places now, so that nothing kept is right. */
    @SuppressWarnings("ReferenceEquality") // A dataset stays the same object for as long as it stays the same.
    Optional<BitSet> follow(DatasetIndex.Contents contents) {
        List<Dataset> next = contents.datasets();
        BitSet changed = new BitSet();
        boolean inPlace = next == datasets || contents.layout() == layout;
        if (next != datasets && inPlace) {
            for (int place = 0; place < next.size(); place++) {
                if (next.get(place) != datasets.get(place)) {
                    changed.set(place);
                }
            }
        }
        datasets = next;
        layout = contents.layout();
        return inPlace ? Optional.of(changed) : Optional.empty();
    }

    /** Whether the dataset is the one that is kept at that place; while somebody looks at older ones, they are not. */
    @SuppressWarnings("ReferenceEquality")
    boolean isAt(int place, Dataset dataset) {
        return place < datasets.size() && datasets.get(place) == dataset;
    }

    int size() {
        return datasets.size();
    }
}
