/** What DuckDB is given and how its answers and errors are read. */
@NullMarked
package io.atalaya.query.engine;

import org.jspecify.annotations.NullMarked;
