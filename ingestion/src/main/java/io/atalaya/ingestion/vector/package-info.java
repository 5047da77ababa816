/** The stage that keeps the index of a column of vectors in step with its table. */
@NullMarked
package io.atalaya.ingestion.vector;

import org.jspecify.annotations.NullMarked;
