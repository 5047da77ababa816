package io.atalaya.query;

import io.atalaya.lakehouse.vector.LuceneVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import java.nio.file.Path;

/** With Lucene, in a folder. */
class VectorSearchTest extends VectorSearchContract {
    @Override
    VectorIndex index(Path folder) {
        return new LuceneVectorIndex(folder);
    }
}
