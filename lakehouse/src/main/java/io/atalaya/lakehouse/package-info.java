/** An Apache Iceberg lakehouse on local files: catalog, storage, and DuckDB as the engine that reads and writes them. */
@NullMarked
package io.atalaya.lakehouse;

import org.jspecify.annotations.NullMarked;
