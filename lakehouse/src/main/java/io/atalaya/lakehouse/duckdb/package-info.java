/** The two DuckDB instances, one that only reads and one that writes, and the spelling of SQL for them. */
@NullMarked
package io.atalaya.lakehouse.duckdb;

import org.jspecify.annotations.NullMarked;
