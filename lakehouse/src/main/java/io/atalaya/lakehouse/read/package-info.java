/** From a snapshot to the DuckDB query that reads exactly its rows. */
@NullMarked
package io.atalaya.lakehouse.read;

import org.jspecify.annotations.NullMarked;
