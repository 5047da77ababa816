package io.atalaya.lakehouse.vector;

import java.util.BitSet;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** As a filter for Lucene: rows that may be found, one set for each leaf. */
final class AcceptedRows extends Query {
    private final List<BitSet> leaves;

    AcceptedRows(List<BitSet> leaves) {
        this.leaves = leaves;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
                BitSet rows = leaves.get(leaf.ord);
                int size = leaf.reader().maxDoc();
                FixedBitSet bits = new FixedBitSet(FixedBitSet.bits2words(size) * 64);
                rows.stream().takeWhile(row -> row < size).forEach(bits::set);
                long cost = rows.cardinality();
                return new ScorerSupplier() {
                    @Override
                    public Scorer get(long leadCost) {
                        DocIdSetIterator found = new BitSetIterator(bits, cost);
                        return new ConstantScoreScorer(score(), mode, found);
                    }

                    @Override
                    public long cost() {
                        return cost;
                    }
                };
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(@Nullable String field) {
        return "accepted rows";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
